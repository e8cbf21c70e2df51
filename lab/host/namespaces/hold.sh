#!/bin/bash
# The first steps of what holds a lab's namespaces, already within them: usage hold.sh PROGRAM ARGUMENT...
# Waits until the lab has said who is who here; only a program that starts after that has root's rights in them.
set -eu
echo up
read -r _
exec setpriv --pdeathsig KILL "$@" >&2
