using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Announcements;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Backups;
using AtlanticProxy.ControlPlane.Business;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.DesiredState;
using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.Filters;
using AtlanticProxy.ControlPlane.Finding;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Health;
using AtlanticProxy.ControlPlane.Health.Alerts;
using AtlanticProxy.ControlPlane.Importing;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Locations;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyLists;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Reconciliation;
using AtlanticProxy.ControlPlane.Referrals;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.ControlPlane.Snapshots;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.ControlPlane.Team;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.ControlPlane.Usage.Targets;
using AtlanticProxy.ControlPlane.Webhooks;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Engine.Usage.Journal;
using AtlanticProxy.Engine.Usage.Leases;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AtlanticProxy.ControlPlane;

/// <summary>What the control plane needs to know of its surroundings.</summary>
public sealed class ControlPlaneOptions
{
    /// <summary>Npgsql connection string.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Where the key of sealed secrets is; made on first use. Back it up apart from the database.</summary>
    public required string SecretKeyFile { get; init; }

    /// <summary>What is kept of usage, and how long.</summary>
    public UsageOptions Usage { get; init; } = new();

    /// <summary>What is kept of single connections.</summary>
    public ConnectionLogOptions ConnectionLog { get; init; } = new();

    public ReconciliationOptions Reconciliation { get; init; } = new();

    /// <summary>When billing does what.</summary>
    public BillingOptions Billing { get; init; } = new();

    /// <summary>How long is kept what no other of these says.</summary>
    public RetentionOptions Retention { get; init; } = new();

    /// <summary>How payment gateways are asked.</summary>
    public PaymentOptions Payments { get; init; } = new();

    /// <summary>How invoices are made. No directory is asked unless the host says so.</summary>
    public InvoiceOptions Invoices { get; init; } = new() { AskVies = false };

    /// <summary>Where webhooks may go.</summary>
    public WebhookOptions Webhooks { get; init; } = new();

    /// <summary>Where the services are that alerts go to.</summary>
    public AlertOptions Alerts { get; init; } = new();

    /// <summary>What cannot be set in the database, because the configuration says it.</summary>
    public ConfiguredSite ConfiguredSite { get; init; } = ConfiguredSite.Nothing;

    /// <summary>What rules on categories can name.</summary>
    public BlockListCategories BlockLists { get; init; } = new("", []);
}

/// <summary>The entry point of this library.</summary>
public static class ControlPlaneServices
{
    /// <summary>NIST SP 800-63B section 3.1.1: length counts, composition rules do not help.</summary>
    internal const int MinPasswordLength = 12, MinPasswordVariety = MinPasswordLength / 2;

    /// <summary>
    /// Failures until an account is locked, and for how long: OWASP Authentication Cheat Sheet's order of magnitude. Locking is
    /// short, so that an attacker cannot keep an owner out.
    /// </summary>
    private const int MaxFailedSignIns = 8;

    private static readonly TimeSpan LockoutTime = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Of one node to the database, everything included: pages, jobs, usage and the snapshot's. 25: four nodes share PostgreSQL's
    /// default of 100. Whoever comes while all are taken waits for the next one that is free.
    /// </summary>
    public const int MaxConnections = 25;

    /// <summary>
    /// Registers everything. The host brings logging, runs <see cref="SnapshotPublisher"/>, <see cref="UsageFlusher"/> and the
    /// <see cref="ClusterJobs"/>, and
    /// <see cref="TargetFlusher"/> where there is an <see cref="ITargetSink"/>, and registers the <see cref="ISnapshotSink"/>
    /// that the first fills and the <see cref="UsageJournal"/> that the second empties. Nothing connects or reads a file until it
    /// is used.
    /// </summary>
    public static IServiceCollection AddControlPlane(this IServiceCollection services, ControlPlaneOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IProviderStatuses, NoProviderStatuses>(); // a host with an engine brings its own
        services.TryAddSingleton<IJobStart, NoJobStart>(); // likewise, with jobs
        services.TryAddSingleton<IBackupWork, NoBackupWork>(); // likewise, with files and PostgreSQL's programs
        services.AddSingleton(provider =>
        {
            var source = new NpgsqlDataSourceBuilder(options.ConnectionString);
            source.ConnectionStringBuilder.MaxPoolSize = Math.Min(source.ConnectionStringBuilder.MaxPoolSize, MaxConnections);
            source.ConnectionStringBuilder.ApplicationName ??= "atlanticproxy";
            source.Name = "appliance"; // as its metrics are labelled
            source.UseLoggerFactory(provider.GetService<ILoggerFactory>());
            return source.Build();
        });
        services.AddSingleton(provider => AtlanticDb.OptionsFor(provider.GetRequiredService<NpgsqlDataSource>()))
            .AddScoped<Authorship>().AddScoped<AtlanticDb>().AddScoped<AuditQueries>().AddScoped<NoteAct>();
        services.AddSingleton<Migrator>();
        services.AddSingleton(_ => new SecretBox(SecretKeyFile.LoadOrCreate(options.SecretKeyFile)))
            .AddSingleton<SecretKeyCheck>();

        AddAccounts(services);
        services.AddScoped<CreateStaffUser>().AddScoped<SetStaffRole>().AddScoped<RemoveStaffUser>().AddScoped<SetPassword>()
            .AddScoped<CreateCustomerLogin>().AddScoped<SetCustomerPassword>().AddScoped<AccountQueries>()
            .AddScoped<ChangePassword>().AddScoped<UserSessions>().AddScoped<KnownNetworks>().AddScoped<SignInLog>();
        services.AddScoped<AccountMail>().AddScoped<NoteSignIn>().AddScoped<RequestPasswordReset>().AddScoped<ResetPassword>()
            .AddScoped<RequestSignUp>().AddScoped<ConfirmSignUp>().AddScoped<InviteCustomer>().AddScoped<AcceptInvitation>()
            .AddScoped<SetCustomerPlan>().AddScoped<CreateSignInLink>().AddScoped<UseSignInLink>()
            .AddScoped<SecondFactor>().AddScoped<EnrolSecondFactor>().AddScoped<RemoveSecondFactor>()
            .AddScoped<SecondFactorRule>().AddScoped<StaffSecondFactor>().AddScoped<Passkeys>();
        services.AddScoped<TeamQueries>().AddScoped<InviteMember>().AddScoped<WithdrawInvitation>().AddScoped<SetMemberRole>()
            .AddScoped<RemoveMember>().AddScoped<TeamSecondFactor>();
        services.AddScoped<StaffRoleBook>().AddScoped<StaffQueries>().AddScoped<InviteStaff>()
            .AddScoped<WithdrawStaffInvitation>().AddScoped<EndStaffSessions>().AddScoped<AddStaffRole>()
            .AddScoped<ChangeStaffRole>().AddScoped<RemoveStaffRole>();
        services.AddSingleton(options.ConfiguredSite).AddScoped<SiteQueries>().AddScoped<SetBrand>().AddScoped<SetHost>()
            .AddScoped<IssueSetupToken>().AddScoped<RedeemSetupToken>().AddScoped<CreateFirstOwner>().AddScoped<FinishSetup>()
            .AddScoped<StartTrial>().AddScoped<SetSignUp>();
        services.AddScoped<SetLook>();
        services.AddScoped<CreateCustomer>().AddScoped<RenameCustomer>().AddScoped<RemoveCustomer>().AddScoped<SetCustomerState>()
            .AddScoped<SetPlanEnd>().AddScoped<AssignPlan>().AddScoped<ChangeCustomerExits>().AddScoped<CustomerQueries>()
            .AddScoped<BusinessQueries>().AddScoped<FindQueries>().AddScoped<CustomerList>().AddScoped<NoteCustomer>()
            .AddScoped<SavedFilters>().AddScoped<LastChanges>().AddSingleton<TimeZones>()
            .AddScoped<CustomerPreferences>().AddScoped<CloseAccount>()
            .AddScoped<AnonymiseCustomer>().AddScoped<ChangeEmail>();
        services.AddScoped<AddDefaultPlans>().AddScoped<CreatePlan>().AddScoped<ChangePlan>().AddScoped<SetPlanState>()
            .AddScoped<RemovePlan>()
            .AddScoped<SetPlanRouting>().AddScoped<PlanQueries>();
        services.AddScoped<CreateProxyUser>().AddScoped<SetProxyUserState>().AddScoped<RotateProxyUserSecret>()
            .AddScoped<ChooseProxyUserSecret>()
            .AddScoped<UpdateProxyUserLimits>().AddScoped<DeleteProxyUser>().AddScoped<RevealProxyUserSecret>()
                .AddScoped<ChangeProxyUserExits>().AddScoped<ChangeProxyUser>().AddScoped<ResizeShare>()
                .AddScoped<CreateProxyUserWithShare>().AddScoped<ProxyUserQueries>()
            .AddScoped<AddShadowsocksKey>().AddScoped<RemoveShadowsocksKey>().AddScoped<RevealShadowsocksKey>()
                .AddScoped<ShadowsocksKeyQueries>();
        services.AddScoped<MakeListToken>().AddScoped<RevokeListToken>().AddScoped<ListTokenQueries>().AddScoped<ListEntrance>();
        services.AddScoped<AddProvider>().AddScoped<UpdateProvider>().AddScoped<SetProviderState>().AddScoped<RemoveProvider>()
            .AddScoped<ProviderQueries>();
        services.AddScoped<AddPool>().AddScoped<UpdatePool>().AddScoped<RemovePool>().AddScoped<PoolQueries>();
        services.AddSingleton<ProviderCaps>();
        services.AddSingleton(options.BlockLists);
        services.AddScoped<AnnouncementQueries>().AddScoped<WriteAnnouncement>().AddScoped<EndAnnouncement>()
            .AddScoped<ReadAnnouncement>();
        services.AddScoped<AddDestinationRule>()
            .AddScoped<ChangeDestinationRule>().AddScoped<RemoveDestinationRule>().AddScoped<DestinationRuleQueries>();
        services.AddScoped<LocationCatalogue>();
        services.AddScoped<UsageQueries>().AddScoped<UsageReports>();
        AddTargets(services, options.Usage);
        services.AddScoped<ConnectionQueries>().AddScoped<ActivityQueries>().AddScoped<EndingQueries>();
        services.AddScoped<CreditWallet>().AddScoped<ChargeWallet>().AddScoped<WalletQueries>().AddScoped<VerifyBalances>();
        if (options.Invoices.AskVies)
            services.AddSingleton<IVatDirectory, ViesDirectory>();
        else
            services.AddSingleton<IVatDirectory, NoVatDirectory>();
        services.AddScoped<SetSeller>().AddScoped<SetTaxRate>().AddScoped<SetBillingDetails>().AddScoped<SellerQueries>()
            .AddScoped<InvoiceBook>().AddScoped<DraftInvoice>().AddScoped<DiscardInvoice>().AddScoped<FinaliseInvoice>()
            .AddScoped<CreateCreditNote>().AddScoped<InvoiceQueries>()
            .AddScoped<VerifyBooks>()
            .AddScoped<InvoicePapers>().AddScoped<BillingDetailsQueries>().AddScoped<InvoiceExport>();
        services.AddPayments(options.Payments);
        services.TryAddSingleton(MailPatience.Default);
        services.AddScoped<MailSender>().AddScoped<SetMail>().AddScoped<TestMail>().AddScoped<SetMailTemplate>()
            .AddScoped<MailTemplates>().AddScoped<PreviewMail>().AddScoped<MailBook>().AddScoped<EventMails>()
            .AddScoped<MailQueries>().AddScoped<NoteBounce>().AddScoped<ResendMail>().AddScoped<SmtpSessions>()
            .AddScoped<MailComposing>().AddScoped<MailGreeting>();
        services.AddSingleton(options.Webhooks).AddSingleton<WebhookClient>();
        services.TryAddSingleton<IHealthLooks, NoHealthLooks>(); // a host that checks brings its own
        services.AddSingleton(options.Alerts).AddSingleton<HealthRecorder>().AddSingleton<AlertPosting>()
            .AddSingleton<AlertBook>().AddSingleton<AlertKeeping>();
        services.AddScoped<HealthQueries>().AddScoped<MuteHealth>().AddScoped<EndMute>().AddScoped<AlertChannels>()
            .AddScoped<TestAlertChannel>();
        services.AddScoped<AddWebhook>().AddScoped<UpdateWebhook>().AddScoped<RotateWebhookSecret>().AddScoped<RemoveWebhook>()
            .AddScoped<RedeliverWebhook>().AddScoped<SendTestWebhook>().AddScoped<WebhookQueries>().AddScoped<WebhookQueue>();
        services.AddScoped<CreateToken>().AddScoped<RevokeToken>().AddScoped<TokenQueries>().AddScoped<TokenEntrance>()
            .AddScoped<IdempotencyBook>();
        services.AddScoped<CreateCoupon>().AddScoped<ChangeCoupon>().AddScoped<SetCouponState>().AddScoped<CouponQueries>()
            .AddScoped<CouponBook>().AddScoped<RedeemCoupon>();
        services.AddScoped<SetReferrals>().AddScoped<AcceptReferral>().AddScoped<ReferralQueries>();
        services.AddScoped<QuotaQueries>().AddSingleton<QuotaKeeping>();
        services.AddSingleton(options.Billing).AddScoped<PlaceOrder>().AddScoped<CancelOrder>().AddScoped<ChangeSubscription>()
            .AddScoped<CancelSubscription>().AddScoped<PauseSubscription>().AddScoped<SubscriptionQueries>();
        services.AddScoped<StartPayment>().AddScoped<PayFromWallet>().AddScoped<SavedMethodCollector>()
            .AddScoped<CollectSubscription>();
        services.AddScoped<GiveGrant>().AddScoped<ShareTraffic>().AddScoped<GrantQueries>();
        services.AddScoped<SetReseller>().AddScoped<InviteSoldCustomer>().AddScoped<SellTraffic>().AddScoped<ReturnTraffic>()
            .AddScoped<HoldSoldCustomer>().AddScoped<RemoveSoldCustomer>().AddScoped<SetResalePrice>()
            .AddScoped<RemoveResalePrice>().AddScoped<SetResellerBrand>().AddScoped<NoteServedNames>().AddScoped<ResaleQueries>();

        services.AddSingleton(options.Usage).AddSingleton(options.ConnectionLog).AddSingleton(options.Reconciliation)
            .AddScoped<EnterProviderBill>().AddScoped<ReconciliationQueries>();

        services.AddScoped<OpenImport>().AddScoped<StartImport>().AddScoped<ImportQueries>().AddScoped<ImportBook>()
            .AddScoped<UndoCustomer>().AddScoped<ImportSteps>();

        services.AddScoped<BackupQueries>().AddScoped<BackupBook>().AddScoped<AskForBackup>()
            .AddScoped<RestoredProof>();
        services.AddSingleton(options.Retention).AddScoped<Findings>().AddScoped<KeptQueries>();
        services.AddScoped<ProviderSection>().AddScoped<PoolSection>().AddScoped<PlanSection>().AddScoped<ProxyUserSection>()
            .AddScoped<CustomerLogins>().AddScoped<CustomerSection>().AddScoped<SignUpPart>().AddScoped<SiteSection>()
            .AddScoped<StaffSection>().AddScoped<RuleSection>()
            .AddScoped<SellerSection>().AddScoped<TaxRateSection>().AddScoped<MailSection>().AddScoped<GatewaySection>()
            .AddScoped<CouponSection>().AddScoped<ReferralSection>().AddScoped<MoneySections>().AddScoped<DesiredStateSections>()
            .AddScoped(ApplyDesiredState.Create);
        foreach (var job in ClusterJobs.All)
            services.AddScoped(job.Type);

        services.AddSingleton<SnapshotReader>();
        // By factory: a host without an engine (the command line) has no sink, and then never asks for a publisher.
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SnapshotPublisher>(provider));
        // Likewise for the usage journal.
        services.AddSingleton(provider => new UsageFlusher(
            provider.GetRequiredService<UsageJournal>(), new UsageStore(provider.GetRequiredService<NpgsqlDataSource>()),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<UsageFlusher>>()));
        services.AddSingleton<ILeaseSource>(provider =>
            new LeaseSource(provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<UsageJournal>().Node));
        services.AddSingleton<ConnectionBacklog>();
        services.AddSingleton(provider =>
        {
            var (database, time) = (provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<TimeProvider>());
            return new ConnectionLogWriter(
                provider.GetRequiredService<ConnectionBacklog>(), new ConnectionStore(database, options.ConnectionLog),
                time, provider.GetRequiredService<ILogger<ConnectionLogWriter>>());
        });
        return services;
    }

    /// <summary>
    /// With no <see cref="ITargetSink"/> when they are not to be kept: then the engine does not even tell them apart.
    /// </summary>
    private static void AddTargets(IServiceCollection services, UsageOptions options)
    {
        services.AddScoped(provider =>
            new TargetQueries(provider.GetRequiredService<AtlanticDb>(), options, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<TargetBook>().AddSingleton(provider => new TargetFlusher(
            provider.GetRequiredService<TargetBook>(), new TargetStore(provider.GetRequiredService<NpgsqlDataSource>()),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<TargetFlusher>>()));
        if (options.TargetDomains)
            services.AddSingleton<ITargetSink>(provider => provider.GetRequiredService<TargetBook>());
    }

    /// <summary>Identity without cookies: those are the web's.</summary>
    private static void AddAccounts(IServiceCollection services)
    {
        services.AddIdentityCore<AppUser>(identity =>
            {
                identity.User.RequireUniqueEmail = true;
                identity.Password.RequiredLength = MinPasswordLength;
                identity.Password.RequiredUniqueChars = MinPasswordVariety;
                identity.Password.RequireDigit = false;
                identity.Password.RequireLowercase = false;
                identity.Password.RequireUppercase = false;
                identity.Password.RequireNonAlphanumeric = false;
                identity.Lockout.AllowedForNewUsers = true;
                identity.Lockout.MaxFailedAccessAttempts = MaxFailedSignIns;
                identity.Lockout.DefaultLockoutTimeSpan = LockoutTime;
            })
            .AddUserStore<UserStore>()
            .AddDefaultTokenProviders()
            .AddClaimsPrincipalFactory<AtlanticClaims>();

        services.Replace(ServiceDescriptor.Scoped<ILookupNormalizer, LowerCase>());

        services.AddDataProtection().SetApplicationName("AtlanticProxy");
        services.AddSingleton<SealedKeyRepository>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(keys =>
                keys.XmlRepository = provider.GetRequiredService<SealedKeyRepository>()));
    }
}
