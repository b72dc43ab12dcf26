-- Of health checks, which bring this migration.
select 1;
