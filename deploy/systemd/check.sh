#!/usr/bin/env bash
# Has systemd look at the unit, with a stand-in for the binary where it is not installed. systemd-analyze comes from Debian where it is missing, as root.
set -euo pipefail
cd "$(dirname "$0")"

if ! command -v systemd-analyze > /dev/null; then
	if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
		echo "systemd-analyze is missing: it is in Debian's package systemd" >&2
		exit 1
	fi
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends systemd > /dev/null
fi

to=$(mktemp -d)
trap 'rm -rf "$to"' EXIT
binary=$(command -v tocsin || command -v true)
sed "s|/usr/local/bin/tocsin |$binary |" tocsin.service > "$to/tocsin.service"
# What is said of other units of the machine is none of ours.
said=$(systemd-analyze verify --man=no "$to/tocsin.service" 2>&1) || { echo "$said"; exit 1; }
if grep -F tocsin.service <<< "$said"; then
	exit 1
fi
systemd-analyze security --offline=yes --threshold=20 --no-pager "$to/tocsin.service" | tail -n 1
