#!/bin/sh
# Run once by the PostgreSQL image when its volume is empty: the two roles and the database (docs/deployment.md).
set -eu
psql -v ON_ERROR_STOP=1 -v owner_password="$CUSTODIAN_OWNER_PASSWORD" -v app_password="$CUSTODIAN_APP_PASSWORD" \
    --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
create role custodian_owner login password :'owner_password';
create role custodian_app login password :'app_password';
create database custodian owner custodian_owner;
revoke all on database custodian from public;
grant connect on database custodian to custodian_app;
SQL
