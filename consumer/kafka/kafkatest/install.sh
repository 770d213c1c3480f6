#!/usr/bin/env bash
# Installs what make test-kafka runs, as far as it is missing: Java 17, Maven and kcat on Debian, as root, and Apache Kafka from
# Maven at the versions and checksums that stand here, into a folder: install.sh FOLDER. No broker is started: tests run their own.
set -euo pipefail
mkdir -p "$1"
to=$(cd "$1" && pwd)
cd "$(dirname "$0")"

missing=()
command -v java > /dev/null || missing+=(openjdk-17-jdk-headless)
command -v kcat > /dev/null || missing+=(kcat)
whole() { (cd "$to" && sha256sum --check --strict --quiet) < jars.sha256; }
if ! whole 2> /dev/null > /dev/null; then
	command -v mvn > /dev/null || missing+=(maven)
fi
if [ ${#missing[@]} -gt 0 ]; then
	if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
		echo "the tests with Apache Kafka need: ${missing[*]} (names of Debian's packages)" >&2
		exit 1
	fi
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" > /dev/null
fi

if ! whole 2> /dev/null > /dev/null; then
	rm -f "$to"/*.jar
	mvn --quiet --batch-mode --strict-checksums -Dstyle.color=never dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$to"
	whole
fi
