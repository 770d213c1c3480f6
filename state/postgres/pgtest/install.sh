#!/bin/sh
# Installs the PostgreSQL server that tests need, where it is missing: on Debian and its like, as root, the release's own major
# version if that is 15 or newer. No server is started and no cluster made: tests run their own.
set -eu

for program in /usr/lib/postgresql/*/bin/postgres /usr/pgsql-*/bin/postgres /opt/homebrew/opt/postgresql@*/bin/postgres $(command -v postgres || true); do
	[ -x "$program" ] || continue
	major=$("$program" --version | sed 's/.*(PostgreSQL) \([0-9]*\).*/\1/')
	[ "$major" -ge 15 ] && exit 0
done

refuse() {
	echo "PostgreSQL 15 or newer is not installed: $1. Tests of the store in PostgreSQL will fail." >&2
	echo "Install the server (on Debian and Ubuntu the package postgresql) and try again." >&2
	exit 1
}
[ "$(id -u)" -eq 0 ] || refuse "only root can do it with make postgres"
command -v apt-get > /dev/null || refuse "this is no Debian"

export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
# The package postgresql depends on the server of the release, and on nothing else of a version.
server=$(apt-cache depends postgresql | sed -n 's/.*Depends: \(postgresql-[0-9][0-9]*\)$/\1/p')
[ "${server#postgresql-}" -ge 15 ] 2> /dev/null || refuse "this release has ${server:-none}"
apt-get -qq install --no-install-recommends postgresql-common > /dev/null
sed -i 's/^#* *create_main_cluster *=.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
apt-get -qq install --no-install-recommends "$server" > /dev/null
echo "installed $server"
