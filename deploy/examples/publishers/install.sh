#!/usr/bin/env bash
# Installs what the test of these examples runs, as far as it is missing: kcat, Java 17, Maven and Python on Debian, as root, and
# the clients at the versions and checksums that stand here, into a folder: install.sh FOLDER.
set -euo pipefail
mkdir -p "$1"
to=$(cd "$1" && pwd)
cd "$(dirname "$0")"

missing=()
command -v kcat > /dev/null || missing+=(kcat)
command -v javac > /dev/null || missing+=(openjdk-17-jdk-headless)
command -v mvn > /dev/null || missing+=(maven)
python3 -c 'import ensurepip, venv' 2> /dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -gt 0 ]; then
	if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
		echo "the examples for publishers need: ${missing[*]} (names of Debian's packages)" >&2
		exit 1
	fi
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" > /dev/null
fi

[ -x "$to/python/bin/python" ] || python3 -m venv "$to/python"
"$to/python/bin/pip" install --quiet --require-hashes --requirement python/requirements.txt

if ! (cd "$to/java" && sha256sum --check --status "$OLDPWD/java/jars.sha256") 2> /dev/null; then
	mvn --quiet --batch-mode -Dstyle.color=never --file java/pom.xml dependency:copy-dependencies -DoutputDirectory="$to/java"
	(cd "$to/java" && sha256sum --check --quiet "$OLDPWD/java/jars.sha256")
fi
