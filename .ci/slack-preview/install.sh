#!/bin/sh
# Installs the browser and the fonts that previews are drawn with, where they are missing: on Debian and its like, as root.
set -eu
if command -v chromium > /dev/null && fc-list | grep -qi 'Noto Sans CJK' && fc-list | grep -qi 'Noto Color Emoji'; then
	exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
	echo "Chromium, or the Noto fonts for Chinese and emoji, are not installed: on Debian make slack-preview does it as root." >&2
	exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install --no-install-recommends chromium fontconfig fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji > /dev/null
