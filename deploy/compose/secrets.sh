#!/usr/bin/env bash
# Makes the passwords and tokens that compose.yaml mounts, each once: what is there stays. Containers run as users of their own, so the
# files can be read, and the folder keeps others of this machine out.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p secrets
chmod 700 secrets
cd secrets
[ -s password ] || openssl rand -hex 24 | tr -d '\n' > password
[ -s pgpass ] || printf '*:*:*:*:%s\n' "$(cat password)" > pgpass
[ -s token ] || openssl rand -hex 32 | tr -d '\n' > token
[ -s tokens ] || printf 'prometheus %s read\n' "$(sha256sum < token | cut -d' ' -f1)" > tokens
chmod 644 password pgpass token tokens
