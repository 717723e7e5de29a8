#!/bin/sh
# Lets each unit hear what those of its own site tell their neighbours, and no other site's: writes that into plinth.acl,
# for every <site>/<unit> in plinth.passwords. A pattern cannot say it: Mosquitto knows the whole name of a user, and no
# part of it. To run again after a unit was given a password or lost it; then: systemctl reload mosquitto
#
#   sh plinth-units.sh [folder of both files, /etc/mosquitto unless told]
set -eu
export LC_ALL=C
folder=${1:-/etc/mosquitto}
rules=$folder/plinth.acl
heading='# Units and their sites, by plinth-units.sh. What stands below is written anew each time.'
id='[a-z0-9][a-z0-9-]{0,31}'

users=$(cut -d : -f 1 "$folder/plinth.passwords")
new=$(mktemp "$folder/plinth.acl.XXXXXX")
trap 'rm -f "$new"' EXIT
sed "/^$heading\$/,\$d" "$rules" >"$new"
echo "$heading" >>"$new"
echo "$users" | grep -E "^$id/$id\$" | sort |
  while IFS=/ read -r site unit; do
    printf 'user %s/%s\ntopic read plinth/%s/+/shared/+\n' "$site" "$unit" "$site"
  done >>"$new"
# Into the file that is there: it keeps its owner and its mode.
cat "$new" >"$rules"
