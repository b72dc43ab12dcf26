using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.ControlPlane.Usage.Targets;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>
/// The model over the schema of <c>Migrations/*.sql</c>, for commands and queries. The hot ways (snapshot, usage) speak plain Npgsql.
/// A test holds this model against the real schema.
/// </summary>
public sealed class AtlanticDbContext(DbContextOptions<AtlanticDbContext> options)
    : IdentityDbContext<AppUser, IdentityRole<long>, long>(options)
{
    internal DbSet<Customer> Customers => Set<Customer>();
    internal DbSet<Plan> Plans => Set<Plan>();
    internal DbSet<ProxyUser> ProxyUsers => Set<ProxyUser>();
    internal DbSet<SessionExitChange> SessionExitChanges => Set<SessionExitChange>();
    internal DbSet<ShadowsocksKey> ShadowsocksKeys => Set<ShadowsocksKey>();
    internal DbSet<Provider> Providers => Set<Provider>();
    internal DbSet<ProviderExit> ProviderExits => Set<ProviderExit>();
    internal DbSet<Pool> Pools => Set<Pool>();
    internal DbSet<DestinationRule> DestinationRules => Set<DestinationRule>();
    internal DbSet<LoggedConnection> LoggedConnections => Set<LoggedConnection>();
    internal DbSet<LedgerAccount> LedgerAccounts => Set<LedgerAccount>();
    internal DbSet<LedgerEntry> LedgerEntries => Set<LedgerEntry>();
    internal DbSet<UsageSlot> UsageSlots => Set<UsageSlot>();
    internal DbSet<UsageHour> UsageHours => Set<UsageHour>();
    internal DbSet<UsageDay> UsageDays => Set<UsageDay>();
    internal DbSet<UsageTarget> UsageTargets => Set<UsageTarget>();

    /// <summary>Saves; the name of the unique constraint or index that refused it, or null when saved.</summary>
    internal async Task<string?> SaveUnlessTakenAsync(CancellationToken cancellation)
    {
        try
        {
            await SaveChangesAsync(cancellation);
            return null;
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } refusal)
        {
            ChangeTracker.Clear();
            return refusal.ConstraintName ?? "";
        }
    }

    /// <summary>The id that the next row of <paramref name="table"/> shall have: needed before the row, since a sealed secret is bound to it.</summary>
    internal Task<long> NextIdAsync(string table, CancellationToken cancellation) =>
        Database.SqlQuery<long>($"""select nextval(pg_get_serial_sequence({table}, 'id')) as "Value" """).SingleAsync(cancellation);

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);

        builder.Entity<AppUser>(user =>
        {
            user.ToTable("users");
            user.HasOne<Customer>().WithMany().HasForeignKey(u => u.CustomerId);
        });
        builder.Entity<IdentityRole<long>>().ToTable("roles");
        builder.Entity<IdentityUserRole<long>>().ToTable("user_roles");
        builder.Entity<IdentityUserClaim<long>>().ToTable("user_claims");
        builder.Entity<IdentityUserLogin<long>>().ToTable("user_logins");
        builder.Entity<IdentityUserToken<long>>().ToTable("user_tokens");
        builder.Entity<IdentityRoleClaim<long>>().ToTable("role_claims");

        builder.Entity<Plan>(plan =>
        {
            plan.ToTable("plans");
            plan.Property(p => p.VersionId).ValueGeneratedOnAddOrUpdate();
        });
        builder.Entity<Customer>(customer =>
        {
            customer.ToTable("customers");
            customer.Property(c => c.PlanVersionId).ValueGeneratedOnAddOrUpdate();
        });
        builder.Entity<ProxyUser>(user =>
        {
            user.ToTable("proxy_users");
            user.HasQueryFilter(u => u.DeletedAt == null);
        });
        builder.Entity<SessionExitChange>(change =>
        {
            change.ToTable("session_exit_changes");
            change.HasKey(c => new { c.ProxyUserId, c.Session });
        });
        builder.Entity<ShadowsocksKey>().ToTable("shadowsocks_keys");
        builder.Entity<Provider>(provider =>
        {
            provider.ToTable("providers");
            provider.HasQueryFilter(p => p.DeletedAt == null);
        });
        builder.Entity<ProviderExit>(exit =>
        {
            exit.ToTable("provider_exits");
            exit.HasKey(e => new { e.ProviderId, e.Position });
            exit.HasOne<Provider>().WithMany().HasForeignKey(e => e.ProviderId);
        });
        builder.Entity<Pool>().ToTable("pools");
        builder.Entity<PoolMember>(member =>
        {
            member.ToTable("pool_members");
            member.HasKey(m => new { m.PoolId, m.ProviderId });
            member.HasOne<Provider>().WithMany().HasForeignKey(m => m.ProviderId);
        });
        builder.Entity<DestinationRule>().ToTable("destination_rules");
        builder.Entity<LedgerAccount>().ToTable("ledger_accounts");
        builder.Entity<LedgerTransaction>().ToTable("ledger_transactions");
        builder.Entity<LedgerEntry>(entry =>
        {
            entry.ToTable("ledger_entries");
            entry.HasKey(e => new { e.TransactionId, e.Line });
        });
        builder.Entity<UsageSlot>(usage =>
        {
            usage.ToTable("usage_recent");
            usage.HasKey(u => new { u.ProxyUserId, u.Slot, u.ProviderId, u.Country });
        });
        builder.Entity<UsageDay>(usage =>
        {
            usage.ToTable("usage_daily");
            usage.HasKey(u => new { u.ProxyUserId, u.Day, u.ProviderId, u.Country });
        });
        builder.Entity<UsageHour>(usage =>
        {
            usage.ToTable("usage_hourly");
            usage.HasKey(u => new { u.ProxyUserId, u.Hour, u.ProviderId, u.Country });
        });
        builder.Entity<UsageTarget>(usage =>
        {
            usage.ToTable("usage_targets");
            usage.HasKey(u => new { u.ProxyUserId, u.Day, u.Host });
        });
        builder.Entity<LoggedConnection>(connection =>
        {
            connection.ToTable("connection_log");
            connection.HasKey(c => new { c.ProxyUserId, c.EndedAt, c.Id });
        });
        builder.Entity<AcceptedUsageBatch>(batch =>
        {
            batch.ToTable("usage_batches");
            batch.HasKey(b => new { b.Node, b.Sequence });
        });
        builder.Entity<DataProtectionKey>().ToTable("data_protection_keys");

        SnakeCase.Apply(builder);
    }
}
