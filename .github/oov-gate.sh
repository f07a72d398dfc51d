#!/usr/bin/env bash
# The step of action.yml: reports the unknown words of $CORPUS in the job's summary, and ends with
# the status of `embedadapt oov`, which is 3 if the gate fails.
set -uo pipefail

arguments=("$VECTORS")
while IFS= read -r path; do
    if [ "$path" ]; then arguments+=("$path"); fi
done <<< "$CORPUS"
if [ "${FAIL_ABOVE:-}" ]; then arguments+=(--fail-above "$FAIL_ABOVE"); fi
if [ "${BASELINE:-}" ]; then arguments+=(--baseline "$BASELINE"); fi
if [ "${HTML:-}" ]; then arguments+=(--html "$HTML"); fi

report=$(COLUMNS=80 embedadapt oov --quiet "${arguments[@]}")
status=$?
echo "$report"
if [ "${GITHUB_STEP_SUMMARY:-}" ]; then
    fence='```' # longer than any in the report: what a text holds is not to end it
    while [[ $report == *"$fence"* ]]; do fence+='`'; done
    printf '## Unknown words\n\n%stext\n%s\n%s\n' "$fence" "$report" "$fence" >> "$GITHUB_STEP_SUMMARY"
fi
exit "$status"
