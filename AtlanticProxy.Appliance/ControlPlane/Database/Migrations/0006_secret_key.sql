-- One known text under the secret box: tells at start whether the key file belongs to this database.
create table secret_key_check (
    only_row boolean primary key default true check (only_row),
    known_sealed bytea not null
);
