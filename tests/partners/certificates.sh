#!/usr/bin/env bash
# Development certificates: one authority, one key and certificate for each participant named, and
# one server certificate for each native door. Never for real use: the authority's key lies beside
# them. A second run keeps what is there.
#
#   certificates.sh FOLDER PARTICIPANT…
set -euo pipefail
folder=$1
shift
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"
umask 077

if [ ! -f ca.pem ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 \
    -subj "/O=Fosse development/CN=Fosse development authority" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" \
    -keyout ca.key -out ca.pem 2>/dev/null
fi

for participant in "$@"; do
  [ -f "$participant.pem" ] && continue
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -subj "/O=Fosse development/CN=$participant" \
    -keyout "$participant.key" -out "$participant.csr" 2>/dev/null
  openssl x509 -req -in "$participant.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 398 \
    -extfile <(printf '%s\n' "basicConstraints=critical,CA:FALSE" \
      "keyUsage=critical,digitalSignature" "extendedKeyUsage=serverAuth,clientAuth" \
      "subjectAltName=URI:fosse:participant:$participant,DNS:localhost,IP:127.0.0.1") \
    -out "$participant.pem" 2>/dev/null
  rm -f "$participant.csr"
done
