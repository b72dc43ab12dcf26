-- When whoever uses a session last showed who they are: by signing in, or again before what asks for it.
alter table user_sessions add column confirmed_at timestamptz;
update user_sessions set confirmed_at = created_at;
alter table user_sessions alter column confirmed_at set not null;

-- When a passkey last signed somebody in; null: never.
alter table user_passkeys add column used_at timestamptz;
