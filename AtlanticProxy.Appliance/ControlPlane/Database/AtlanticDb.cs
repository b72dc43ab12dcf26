using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Announcements;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Backups;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.Filters;
using AtlanticProxy.ControlPlane.Health;
using AtlanticProxy.ControlPlane.Health.Alerts;
using AtlanticProxy.ControlPlane.Importing;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyLists;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Referrals;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.ControlPlane.Usage.Targets;
using AtlanticProxy.ControlPlane.Webhooks;
using LinqToDB;
using LinqToDB.Data;
using LinqToDB.DataProvider.PostgreSQL;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>
/// The tables of <c>Migrations/*.sql</c>, for commands and queries: one instance a request. Nothing is tracked: what a command
/// does not write is not written. The hot paths (the engine's snapshot, leases and usage) speak plain Npgsql. A test holds every
/// mapping against the real schema.
/// </summary>
/// <remarks>
/// Outside of a transaction the connection goes back to the pool after each statement: a page that is sent to a slow client keeps
/// none of the few there are.
/// </remarks>
public sealed partial class AtlanticDb : DataConnection, IDataContext
{
    /// <param name="authorship">For whom the commands that use it act; null where nobody does.</param>
    public AtlanticDb(DataOptions<AtlanticDb> options, Authorship? authorship = null) : base(options.Options)
    {
        if (authorship is not null)
            AddInterceptor(new AuthorOfConnection(authorship));
    }

    internal ITable<AuditEntry> AuditEntries => this.GetTable<AuditEntry>();
    internal ITable<ApiToken> ApiTokens => this.GetTable<ApiToken>();
    internal ITable<SiteRow> Site => this.GetTable<SiteRow>();
    internal ITable<AppUser> Users => this.GetTable<AppUser>();
    internal ITable<RecoveryCode> RecoveryCodes => this.GetTable<RecoveryCode>();
    internal ITable<UserPasskey> UserPasskeys => this.GetTable<UserPasskey>();
    /// <summary>Those that are not removed.</summary>
    internal IQueryable<Customer> Customers => AllCustomers.Where(customer => customer.DeletedAt == null);

    /// <summary>With removed ones, whom the ledger and usage refer to.</summary>
    internal ITable<Customer> AllCustomers => this.GetTable<Customer>();

    internal ITable<CustomerNote> CustomerNotes => this.GetTable<CustomerNote>();
    internal ITable<Plan> Plans => this.GetTable<Plan>();
    internal ITable<PlanVersion> PlanVersions => this.GetTable<PlanVersion>();

    /// <summary>Those that are not deleted.</summary>
    internal IQueryable<ProxyUser> ProxyUsers => AllProxyUsers.Where(user => user.DeletedAt == null);

    /// <summary>With deleted ones, whose usage still belongs to their customer.</summary>
    internal ITable<ProxyUser> AllProxyUsers => this.GetTable<ProxyUser>();

    internal ITable<SessionExitChange> SessionExitChanges => this.GetTable<SessionExitChange>();
    internal ITable<SignInRow> SignIns => this.GetTable<SignInRow>();
    internal ITable<SignUp> SignUps => this.GetTable<SignUp>();
    internal ITable<StaffRole> Roles => this.GetTable<StaffRole>();
    internal ITable<Invitation> Invitations => this.GetTable<Invitation>();
    internal ITable<ListToken> ListTokens => this.GetTable<ListToken>();
    internal ITable<ShadowsocksKey> ShadowsocksKeys => this.GetTable<ShadowsocksKey>();

    /// <summary>Those that are not removed.</summary>
    internal IQueryable<Provider> Providers => AllProviders.Where(provider => provider.DeletedAt == null);

    /// <summary>With removed ones, whose usage keeps their name.</summary>
    internal ITable<Provider> AllProviders => this.GetTable<Provider>();

    internal ITable<ProviderExit> ProviderExits => this.GetTable<ProviderExit>();
    internal ITable<Pool> Pools => this.GetTable<Pool>();
    internal ITable<PoolMember> PoolMembers => this.GetTable<PoolMember>();
    internal ITable<Announcement> Announcements => this.GetTable<Announcement>();

    internal ITable<AnnouncementReader> AnnouncementReaders => this.GetTable<AnnouncementReader>();

    internal ITable<DestinationRule> DestinationRules => this.GetTable<DestinationRule>();

    internal ITable<DestinationRuleHits> DestinationRuleHits => this.GetTable<DestinationRuleHits>();
    internal ITable<LoggedConnection> LoggedConnections => this.GetTable<LoggedConnection>();
    internal ITable<ConnectionHour> ConnectionHours => this.GetTable<ConnectionHour>();
    internal ITable<LedgerAccount> LedgerAccounts => this.GetTable<LedgerAccount>();
    internal ITable<LedgerTransaction> LedgerTransactions => this.GetTable<LedgerTransaction>();
    internal ITable<LedgerEntry> LedgerEntries => this.GetTable<LedgerEntry>();
    internal ITable<Reseller> Resellers => this.GetTable<Reseller>();
    internal ITable<ResalePrice> ResalePrices => this.GetTable<ResalePrice>();
    internal ITable<Seller> Seller => this.GetTable<Seller>();
    internal ITable<TaxRate> TaxRates => this.GetTable<TaxRate>();
    internal ITable<UsageCharge> UsageCharges => this.GetTable<UsageCharge>();
    internal ITable<UsageInvoice> UsageInvoices => this.GetTable<UsageInvoice>();
    internal ITable<Invoice> Invoices => this.GetTable<Invoice>();
    internal ITable<InvoiceLine> InvoiceLines => this.GetTable<InvoiceLine>();
    internal ITable<Subscription> Subscriptions => this.GetTable<Subscription>();
    internal ITable<SubscriptionPeriod> SubscriptionPeriods => this.GetTable<SubscriptionPeriod>();
    internal ITable<SubscriptionPause> SubscriptionPauses => this.GetTable<SubscriptionPause>();
    internal ITable<Order> Orders => this.GetTable<Order>();
    internal ITable<Deposit> Deposits => this.GetTable<Deposit>();

    /// <summary>Those that are not removed.</summary>
    internal IQueryable<Gateway> Gateways => AllGateways.Where(gateway => gateway.DeletedAt == null);

    /// <summary>With removed ones, which payments refer to.</summary>
    internal ITable<Gateway> AllGateways => this.GetTable<Gateway>();

    /// <summary>Those that are not removed.</summary>
    internal IQueryable<PaymentMethod> PaymentMethods => AllPaymentMethods.Where(method => method.RemovedAt == null);

    /// <summary>With removed ones, which payments refer to.</summary>
    internal ITable<PaymentMethod> AllPaymentMethods => this.GetTable<PaymentMethod>();

    internal ITable<Payment> Payments => this.GetTable<Payment>();
    internal ITable<Payments.WebhookDelivery> WebhookInbox => this.GetTable<Payments.WebhookDelivery>();
    internal ITable<Refund> Refunds => this.GetTable<Refund>();
    internal ITable<Dispute> Disputes => this.GetTable<Dispute>();
    internal ITable<UnallocatedMoney> UnallocatedMoney => this.GetTable<UnallocatedMoney>();
    internal ITable<GatewayDifference> GatewayDifferences => this.GetTable<GatewayDifference>();
    internal ITable<AutoTopUp> AutoTopUps => this.GetTable<AutoTopUp>();
    internal ITable<MailSettingsRow> MailSettings => this.GetTable<MailSettingsRow>();
    internal ITable<MailTemplateRow> MailTemplates => this.GetTable<MailTemplateRow>();
    internal ITable<OutgoingMail> Mails => this.GetTable<OutgoingMail>();
    internal ITable<WebhookEndpoint> WebhookEndpoints => this.GetTable<WebhookEndpoint>();
    internal ITable<Webhooks.WebhookDelivery> WebhookDeliveries => this.GetTable<Webhooks.WebhookDelivery>();
    internal ITable<Coupon> Coupons => this.GetTable<Coupon>();
    internal ITable<CouponRedemption> CouponRedemptions => this.GetTable<CouponRedemption>();
    internal ITable<ReferralSettingsRow> ReferralSettings => this.GetTable<ReferralSettingsRow>();
    internal ITable<ReferralCode> ReferralCodes => this.GetTable<ReferralCode>();
    internal ITable<Referral> Referrals => this.GetTable<Referral>();
    internal ITable<Commission> Commissions => this.GetTable<Commission>();
    internal ITable<Backup> Backups => this.GetTable<Backup>();
    internal ITable<RestoreDrill> RestoreDrills => this.GetTable<RestoreDrill>();
    internal ITable<Import> Imports => this.GetTable<Import>();
    internal ITable<ImportFile> ImportFiles => this.GetTable<ImportFile>();
    internal ITable<ImportRefusalRow> ImportRefusals => this.GetTable<ImportRefusalRow>();
    internal ITable<ImportCustomerRow> ImportCustomers => this.GetTable<ImportCustomerRow>();
    internal ITable<HealthSpan> HealthSpans => this.GetTable<HealthSpan>();
    internal ITable<HealthMute> HealthMutes => this.GetTable<HealthMute>();
    internal ITable<AlertChannel> AlertChannels => this.GetTable<AlertChannel>();
    internal ITable<Alert> Alerts => this.GetTable<Alert>();
    internal ITable<SavedFilter> SavedFilters => this.GetTable<SavedFilter>();
    internal ITable<UsageSlot> UsageSlots => this.GetTable<UsageSlot>();
    internal ITable<UsageHour> UsageHours => this.GetTable<UsageHour>();
    internal ITable<UsageDay> UsageDays => this.GetTable<UsageDay>();
    internal ITable<UsageTarget> UsageTargets => this.GetTable<UsageTarget>();
    internal ITable<AcceptedUsageBatch> UsageBatches => this.GetTable<AcceptedUsageBatch>();

    /// <summary>What linq2db asks after each statement.</summary>
    bool IDataContext.CloseAfterUse
    {
        get => Transaction is null;
        set { }
    }

    /// <summary>Made once for all instances: linq2db caches what it compiles by it.</summary>
    public static DataOptions<AtlanticDb> OptionsFor(NpgsqlDataSource source) => new(new DataOptions()
        .UseConnectionFactory(PostgreSQLTools.GetDataProvider(PostgreSQLVersion.v15), _ => source.CreateConnection())
        .UseMappingSchema(Mapping.Schema)
        .UseCompareNulls(CompareNulls.LikeSql)
        .WithOptions<LinqOptions>(linq => linq with { UpsertEmulationPolicy = UpsertEmulationPolicy.Throw }));

    /// <summary>
    /// The id that the next row of <paramref name="table"/> shall have: needed before the row, since a sealed secret is bound to
    /// it.
    /// </summary>
    internal Task<long> NextIdAsync(string table, CancellationToken cancellation) =>
        ScalarAsync<long>($"select nextval(pg_get_serial_sequence({table}, 'id'))", cancellation);

    /// <summary>Inserts a row whose key is given. False: a unique constraint or index refused it.</summary>
    internal async Task<bool> InsertUnlessTakenAsync<T>(T row, CancellationToken cancellation) where T : class =>
        await UnlessTakenAsync(() => this.InsertAsync(row, token: cancellation)) is not null;

    /// <summary>
    /// Inserts a row whose id the database gives, and answers that. Null: a unique constraint or index refused it.
    /// </summary>
    internal Task<long?> InsertWithIdUnlessTakenAsync<T>(T row, CancellationToken cancellation) where T : class =>
        UnlessTakenAsync(() => this.InsertWithInt64IdentityAsync(row, token: cancellation));

    /// <summary>Writes the row where any of its columns differs from what is stored. Answers whether one did.</summary>
    internal async Task<bool> UpdateIfChangedAsync<T>(T row, CancellationToken cancellation) where T : class
    {
        var columns = MappingSchema.GetEntityDescriptor(typeof(T)).Columns.Where(column =>
            column.IsPrimaryKey || !column.SkipOnUpdate).ToList();
        string Names(string prefix = "") =>
            string.Join(", ", columns.Where(column => !column.IsPrimaryKey).Select(column => prefix + column.ColumnName));
        string key = string.Join(" and ",
            columns.Where(column => column.IsPrimaryKey).Select(column => $"{column.ColumnName} = @{column.ColumnName}"));
        string sql =
            $"update {TableOf<T>()} set ({Names()}) = row({Names("@")}) where {key} and ({Names()}) is distinct from "
                + $"({Names("@")})";
        DataParameter[] values =
            [.. columns.Select(column => new DataParameter(column.ColumnName, column.GetProviderValue(row), column.DataType))];
        return await ReleasedAsync(this.ExecuteAsync(sql, cancellation, values)) > 0;
    }

    /// <summary>The rows of a statement, by the names of its columns. What stands in braces becomes a parameter.</summary>
    internal Task<List<T>> QueryAsync<T>(FormattableString sql, CancellationToken cancellation) =>
        ReleasedAsync(this.QueryToListAsync<T>(TextOf(sql), cancellation, ParametersOf(sql)));

    /// <summary>
    /// The one value that a statement answers; the default of <typeparamref name="T"/> where that is null or there is no row.
    /// </summary>
    internal Task<T> ScalarAsync<T>(FormattableString sql, CancellationToken cancellation) =>
        ReleasedAsync(this.ExecuteAsync<T>(TextOf(sql), cancellation, ParametersOf(sql)));

    /// <summary>Runs a statement; answers how many rows it wrote.</summary>
    internal Task<int> ExecuteSqlAsync(FormattableString sql, CancellationToken cancellation) =>
        ReleasedAsync(this.ExecuteAsync(TextOf(sql), cancellation, ParametersOf(sql)));

    private string TableOf<T>() => MappingSchema.GetEntityDescriptor(typeof(T)).Name.Name;

    private static string TextOf(FormattableString sql) => string.Format(
        CultureInfo.InvariantCulture, sql.Format,
        [.. Enumerable.Range(0, sql.ArgumentCount).Select(object (i) => string.Create(CultureInfo.InvariantCulture, $"@p{i}"))]);

    private static DataParameter[] ParametersOf(FormattableString sql) =>
        [.. sql.GetArguments()
            .Select((value, i) => new DataParameter(string.Create(CultureInfo.InvariantCulture, $"p{i}"), value))];

    private static async Task<long?> UnlessTakenAsync<T>(Func<Task<T>> insert) where T : struct
    {
        try
        {
            return Convert.ToInt64(await insert(), CultureInfo.InvariantCulture);
        }
        catch (PostgresException refusal) when (refusal.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return null;
        }
    }

    // linq2db asks CloseAfterUse after its own queries only: not after statements given as text, and not when a transaction ends.
    private async Task<T> ReleasedAsync<T>(Task<T> statement)
    {
        try
        {
            return await statement;
        }
        finally
        {
            await ReleaseAsync();
        }
    }

    private Task ReleaseAsync() => Transaction is null ? CloseAsync() : Task.CompletedTask;
}
