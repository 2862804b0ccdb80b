-- The second factor (privacy handbook 7.8): a code from a device (RFC 6238) beside the password, and recovery codes for a lost device.
-- Secrets are sealed under the master key; what is taken off is deleted, and the ledger says who did it.

-- A secret that was shown and not confirmed yet.
create table second_factor_offers (
    staff_id uuid primary key references staff,
    sealed_secret bytea not null,
    offered_at timestamptz not null
);

create table second_factors (
    staff_id uuid primary key references staff,
    sealed_secret bytea not null,
    enrolled_at timestamptz not null,
    -- the time step of the last code taken: no code counts twice (RFC 6238 §5.2)
    last_step bigint not null
);

-- One row a code that is left. Keyed hashes; a used code is gone.
create table recovery_codes (
    staff_id uuid not null references staff,
    code_hash bytea not null check (octet_length(code_hash) = 32),
    made_at timestamptz not null,
    primary key (staff_id, code_hash)
);

grant select, insert, update, delete on second_factor_offers, second_factors, recovery_codes to custodian_app;
