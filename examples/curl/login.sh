#!/usr/bin/env bash
# submit → verify → log in with curl alone, in a workspace of its own. BHXH_INTAKE_URL names the service (npx bhxh-intake up).
set -euo pipefail

service=${BHXH_INTAKE_URL:-http://127.0.0.1:3000}
photos=$(mktemp -d)
workspace=''

finish() {
  [ -z "$workspace" ] || curl -fsS -X DELETE "$service/_sim/workspaces/$workspace"
  rm -rf "$photos"
}
trap finish EXIT

# member NAME: the first string of that name in the JSON on standard input
member() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }
send() { curl -fsS --retry 0 -H 'Content-Type: application/json' "$@"; }

workspace=$(send -X POST "$service/_sim/workspaces" -d '{}' | sed 's/^{"name":"\([^"]*\)".*/\1/')
base=$service/w/$workspace

for slot in portrait idFront idBack; do curl -fsS "$base/_sim/photos/$slot?persona=huynh-thi-minh" -o "$photos/$slot.jpg"; done
receipt=$(curl -fsS "$base/v1/declarations" -H "Idempotency-Key: curl-$$" \
  -F insuranceNumber=0397097379 -F 'fullName=Huỳnh Thị Minh' -F idNumber=031165000123 -F phone=0352153000 \
  -F provinceCode=01 -F districtCode=001 -F wardCode=00001 -F 'street=Số 12 Hàng Than' -F officeCode=03102 \
  -F commitmentAccepted=true -F dataProcessingAccepted=true \
  -F "portrait=@$photos/portrait.jpg" -F "idFront=@$photos/idFront.jpg" -F "idBack=@$photos/idBack.jpg")
id=$(sed 's/^{"id":"\([^"]*\)".*/\1/' <<<"$receipt")
echo "dossier $(member dossierNumber <<<"$receipt")"

clerk=$(send "$base/_sim/tokens" -d '{"role":"clerk","officeCode":"03102"}' | member accessToken)
dossier=$base/v1/staff/declarations/$id
etag=$(curl -fsS -D - -o /dev/null -H "Authorization: Bearer $clerk" "$dossier" | sed -n 's/^[Ee][Tt]ag: \(.*\)\r$/\1/p')
lease=$(curl -fsS -X POST -H "Authorization: Bearer $clerk" "$dossier/lease" | member leaseToken)
send -H "Authorization: Bearer $clerk" -H "Lease-Token: $lease" -H "If-Match: $etag" "$dossier/approval" -o /dev/null -d '{"checklist":{
  "personPresent":true,"originalIdSeen":true,"originalIdNumber":"031165000123","portraitMatches":true,"phoneConfirmed":true,"formSigned":true}}'

password=$(curl -fsS "$base/_sim/await?channel=sms&template=credentials&to=0352153000" | member password)
send "$base/v1/sessions" -d "{\"insuranceNumber\":\"0397097379\",\"password\":\"$password\"}" | grep -q '"mustChangePassword":true'
echo 'logged in'
