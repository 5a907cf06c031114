#!/usr/bin/env bash
# Makes of the binaries of all targets what a release on GitHub holds: an archive for each with its
# checksum, and the notes. Runs on Linux, for x86_64, whose binary prints the completions and the
# manual pages.
#
#   archive.sh VERSION BINARIES OUT
#
# BINARIES has one directory a target, `binary-TARGET`, with the program in it.
set -euo pipefail

version=$1 binaries=$2 out=$3
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What the changelog says of this version; a release without an entry is a mistake.
awk -v heading="## $version" '
  index($0, "## ") == 1 { inside = ($0 == heading || index($0, heading " ") == 1); next }
  inside { print }
' "$root/CHANGELOG.md" > "$out/notes.md"
if ! grep -q '[^[:space:]]' "$out/notes.md"; then
  echo "CHANGELOG.md has no section $version" >&2
  exit 1
fi

native=$work/pullcheck
install -m 755 "$binaries/binary-x86_64-unknown-linux-musl/pullcheck" "$native"

# The same in each archive.
also=$work/also
mkdir -p "$also/completions" "$also/man"
cp "$root"/{LICENSE-APACHE,LICENSE-MIT,README.md,CHANGELOG.md} "$also"
"$native" completions bash > "$also/completions/pullcheck.bash"
"$native" completions elvish > "$also/completions/pullcheck.elv"
"$native" completions fish > "$also/completions/pullcheck.fish"
"$native" completions powershell > "$also/completions/_pullcheck.ps1"
"$native" completions zsh > "$also/completions/_pullcheck"
"$native" man > "$also/man/pullcheck.1"
sed -n 's/^pullcheck\\-\([a-z]*\)(1)$/\1/p' "$also/man/pullcheck.1" |
  while IFS= read -r command; do
    "$native" man "$command" > "$also/man/pullcheck-$command.1"
  done

for directory in "$binaries"/binary-*; do
  target=${directory##*/binary-}
  name=pullcheck-v$version-$target
  cp -r "$also" "$work/$name"
  program=pullcheck
  if [[ $target == *windows* ]]; then program+=.exe; fi
  # An artifact does not keep the right to run.
  install -m 755 "$directory/$program" "$work/$name/$program"
  if [[ $target == *windows* ]]; then
    archive=$name.zip
    (cd "$work" && zip -qrX "$out/$archive" "$name")
  else
    archive=$name.tar.gz
    tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner -czf "$out/$archive" "$name"
  fi
  (cd "$out" && sha256sum "$archive" > "$archive.sha256")
done
