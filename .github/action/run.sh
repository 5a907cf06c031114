#!/usr/bin/env bash
# Installs a release of pullcheck and runs it once. `action.yml` hands over its inputs as INPUT_…;
# each of them is data and none is ever evaluated. Works with bash 3.2, which macOS has.
set -Eeuo pipefail

readonly releases=https://github.com/pullcheck/pullcheck/releases/download
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Ends with 2, as pullcheck does where it cannot do the work. Inputs are not repeated in the message:
# the runner would obey a command in them.
stop() {
  printf '::error title=pullcheck::%s\n' "$1"
  exit 2
}
# Nor may anything else that fails here look like findings.
trap 'stop "the action failed in line $LINENO of run.sh"' ERR

# Whatever is not split into lines must be one, or it could add lines to the step's outputs.
for name in VERSION CONFIG FAIL_ON ANNOTATIONS SARIF WORKING_DIRECTORY; do
  variable=INPUT_$name
  case ${!variable} in *[$'\r\n']*) stop "the input for $name is more than one line" ;; esac
done

# The version to run: the one that was asked for, or the one that this action belongs to.
wanted_version() {
  local version=${INPUT_VERSION#v} line='' pattern='^version = "([^"]+)"'
  if [[ -z $version ]]; then
    while IFS= read -r line; do
      if [[ $line =~ $pattern ]]; then
        version=${BASH_REMATCH[1]}
        break
      fi
    done < "$here/../../Cargo.toml"
  fi
  [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || return 1
  printf '%s' "$version"
}

# The target whose archive runs here. The one for Linux is linked statically: it runs in any container.
target() {
  case $RUNNER_OS-$RUNNER_ARCH in
    Linux-X64) echo x86_64-unknown-linux-musl ;;
    Linux-ARM64) echo aarch64-unknown-linux-musl ;;
    macOS-X64) echo x86_64-apple-darwin ;;
    macOS-ARM64) echo aarch64-apple-darwin ;;
    # Windows on Arm runs programs for x86_64 as well.
    Windows-X64 | Windows-ARM64) echo x86_64-pc-windows-msvc ;;
    *) return 1 ;;
  esac
}

download() {
  curl --proto '=https' --tlsv1.2 --fail --silent --show-error --location --retry 3 \
    --output "$2" "$releases/v$version/$1"
}

# The SHA-256 of a file, in hex. Linux and Windows have the first program, macOS the second.
sha256() {
  if command -v sha256sum > /dev/null; then
    sha256sum < "$1"
  else
    shasum -a 256 < "$1"
  fi
}

# Downloads the archive, compares its checksum and puts the program at `$program`. The last step is a
# rename, so a program that is there is whole, whoever else installs it at the same time.
install() {
  local name=pullcheck-v$version-$target archive expected actual
  case $target in *windows*) archive=$name.zip ;; *) archive=$name.tar.gz ;; esac
  mkdir -p "$(dirname "$program")"
  directory=$(mktemp -d "$(dirname "$program")/new.XXXXXX")
  trap 'rm -rf "$directory"' EXIT
  download "$archive" "$directory/$archive" || stop "cannot download pullcheck $version for $target"
  download "$archive.sha256" "$directory/sum" || stop "cannot download the checksum of pullcheck $version"
  read -r expected _ < "$directory/sum" || true
  read -r actual _ < <(sha256 "$directory/$archive")
  [[ $expected =~ ^[0-9a-f]{64}$ && $expected == "$actual" ]] ||
    stop "the archive of pullcheck $version is not the one that was released: its checksum differs"
  case $archive in
    *.zip) unzip -q "$directory/$archive" -d "$directory" ;;
    *) tar -xzf "$directory/$archive" -C "$directory" ;;
  esac
  mv -f "$directory/$name/$(basename "$program")" "$program"
}

# Appends the lines of a text to `command`. Empty lines are left out.
add_lines() {
  local line
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line%$'\r'}
    # `-` would read standard input, which is empty here.
    if [[ $line == - ]]; then line=./-; fi
    if [[ -n $line ]]; then command+=("$line"); fi
  done <<< "$1"
}

version=$(wanted_version) || stop "the version to run is not of the form 1.2.3"
target=$(target) || stop "there is no release for the system of this runner"
cache=$RUNNER_TOOL_CACHE
if command -v cygpath > /dev/null; then cache=$(cygpath -u "$cache"); fi
program=$cache/pullcheck/$version/$target/pullcheck
if [[ $target == *windows* ]]; then program+=.exe; fi
if [[ ! -x $program ]]; then install; fi

case $INPUT_ANNOTATIONS in
  true) command=("$program" check --format=github) ;;
  false) command=("$program" check --color=always) ;;
  *) stop "the input annotations is neither true nor false" ;;
esac
if [[ -n $INPUT_CONFIG ]]; then command+=("--config=$INPUT_CONFIG"); fi
if [[ -n $INPUT_FAIL_ON ]]; then command+=("--fail-on=$INPUT_FAIL_ON"); fi
if [[ -n $INPUT_SARIF ]]; then
  rm -f -- "$INPUT_SARIF"
  command+=("--output=sarif=$INPUT_SARIF")
fi
add_lines "$INPUT_ARGS"
command+=(--)
add_lines "$INPUT_PATHS"

status=0
"${command[@]}" < /dev/null || status=$?

{
  echo "version=$version"
  echo "exit-code=$status"
  if [[ -n $INPUT_SARIF && -f $INPUT_SARIF ]]; then
    case $INPUT_SARIF in
      /* | [A-Za-z]:*) echo "sarif-file=$INPUT_SARIF" ;;
      *) echo "sarif-file=$INPUT_WORKING_DIRECTORY/$INPUT_SARIF" ;;
    esac
  fi
} >> "$GITHUB_OUTPUT"
exit "$status"
