#!/bin/sh
# Checks the bundle with sha256sum alone. Run: sh verify/verify.sh
# Its few words are English in every bundle: the same script each time, which anybody can compare.
cd "$(dirname "$0")/.." || exit 1
# A Mac has the same tool under another name.
command -v sha256sum >/dev/null || sha256sum() { shasum -a 256 "$@"; }
failed=0
for list in tagmanifest-sha256.txt manifest-sha256.txt; do
  sha256sum --quiet --strict -c "$list" || failed=1
done
# Files that no list names.
find . -type f | sed 's|^\./||' | while read -r path; do
  if [ "$path" != tagmanifest-sha256.txt ] && [ "$path" != tagmanifest-sha256.txt.sig ] &&
    ! cut -c67- tagmanifest-sha256.txt manifest-sha256.txt | grep -Fxq -- "$path"; then
    echo "$path: ADDED (no list names it)"
  fi
done | grep . && failed=1
# Every record version: its file's SHA-256 is the commitment that bundle.json names.
for proof in data/machine/proofs/*.bin; do
  [ -e "$proof" ] || continue
  sum=$(sha256sum "$proof" | cut -c1-64)
  grep -q "\"commitment\": \"$sum\"" data/machine/bundle.json || {
    echo "$proof: FAILED (bundle.json does not name it)"
    failed=1
  }
done
if [ "$failed" = 0 ]; then
  echo "OK: every file is as it was packed, and none was added."
  echo "Not checked here: the signatures (python -m diary.proof), and time-stamps (none yet)."
  echo "Whoever changed a file could have changed its list as well: only the signatures show that."
else
  echo "FAILED: see above." >&2
fi
exit "$failed"
