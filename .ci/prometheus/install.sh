#!/usr/bin/env bash
# Installs Prometheus and promtool where they are missing: on Debian, as root. Its service is not started.
set -euo pipefail
if command -v promtool > /dev/null && command -v prometheus > /dev/null; then exit 0; fi
apt-get update -qq
RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends prometheus > /dev/null
