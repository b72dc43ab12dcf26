using AtlanticProxy.ControlPlane;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Health.Alerts;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Reconciliation;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.ControlPlane.Webhooks;
using AtlanticProxy.Engine;
using AtlanticProxy.Engine.Usage.Journal;
using AtlanticProxy.Host.Backups;
using AtlanticProxy.Host.BlockLists;
using AtlanticProxy.Host.Certificates;
using AtlanticProxy.Host.Jobs;
using AtlanticProxy.Host.Metrics;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Web;
using AtlanticProxy.Web.Compat;
using Microsoft.Extensions.Configuration;

namespace AtlanticProxy.Host.Configuration;

/// <summary>
/// Every setting of the appliance, bound and validated. One name in three spellings: <c>appliance.json</c>, environment, flag.
/// </summary>
/// <param name="File">The configuration file that was read; null when there is none.</param>
public sealed record Settings(
    DataOptions Data, DatabaseOptions Database, LoggingOptions Logging, PortalListenerOptions PortalListener,
    PortalOptions Portal, AcmeOptions Acme, EngineOptions Engine, UsageJournalOptions Journal, UsageOptions Usage,
    ConnectionLogOptions ConnectionLog, ReconciliationOptions Reconciliation, InvoiceOptions Invoices, WebhookOptions Webhooks,
    AlertOptions Alerts, PaymentOptions Payments, BillingOptions Billing,
    BlockListOptions BlockLists, JobOptions Jobs, BackupOptions Backup, MetricsOptions Metrics,
    IConfigurationRoot Source, string? File)
{
    public const string EnvironmentPrefix = "ATLANTIC_", FileName = "appliance.json";

    /// <summary>
    /// The configuration file of an appliance in the default data directory, by the file system hierarchy standard.
    /// </summary>
    public const string SystemFile = "/etc/atlanticproxy/appliance.json";

    /// <summary>
    /// Beside the executable: what a package sets for its installations, beneath everything that a person says.
    /// </summary>
    private const string PackageFile = "package.json";

    /// <summary>
    /// Variables that name a folder with a file for each secret setting: systemd's credentials, and one of our own.
    /// </summary>
    private static readonly string[] SecretFolders = ["CREDENTIALS_DIRECTORY", "ATLANTIC_SECRETS_DIRECTORY"];

    /// <summary>
    /// Where the proxy listens unless told otherwise: HTTP and SOCKS5 on the ports that clients expect them on (either port
    /// speaks both), the same inside TLS once there is a certificate, and Shadowsocks.
    /// </summary>
    private static readonly string[] DefaultMixed = ["0.0.0.0:8080", "0.0.0.0:1080"];

    private const string DefaultTls = "0.0.0.0:8443", DefaultShadowsocks = "0.0.0.0:8388";

    /// <summary>Where browsers, and ACME authorities, expect the portal.</summary>
    private const string DefaultHttps = "0.0.0.0:443", DefaultHttp = "0.0.0.0:80";

    /// <summary>What cannot be set in the database, because the configuration says it.</summary>
    public ConfiguredSite ConfiguredSite { get; init; } = ConfiguredSite.Nothing;

    /// <summary>How long is kept what no other section says.</summary>
    public RetentionOptions Retention { get; init; } = new();

    /// <summary>Of the vendors' APIs.</summary>
    public CompatOptions Compat { get; init; } = CompatOptions.Standard;

    /// <summary>Where each setting is from, by its name; one that is not here has its default.</summary>
    public IReadOnlyDictionary<string, SettingSource> Sources { get; init; } = new Dictionary<string, SettingSource>();

    /// <summary>All of them, by the section that they were read from.</summary>
    public IReadOnlyList<(string Section, object Options)> Sections { get; init; } = [];

    /// <summary>Why the portal runs without the certificate that the database asks for; null when it does not.</summary>
    public string? SiteTrouble { get; init; }

    public string DatabaseDirectory => Path.Combine(Data.Directory, "postgres");
    public string KeyFile => Data.KeyFile.Length > 0 ? Data.KeyFile : Path.Combine(Data.Directory, "secret.key");

    /// <summary>What the engine served from last.</summary>
    public string SnapshotFile => Path.Combine(Data.Directory, "engine.snapshot");

    public CertificateSource CertificateSource => SourceOf(PortalListener, Acme);

    /// <summary>The portal's certificate and its key, which may be the same file; empty without HTTPS.</summary>
    public (string Certificate, string Key) CertificateFiles => CertificateSource switch
    {
        CertificateSource.None => ("", ""),
        CertificateSource.Files => (PortalListener.CertificateFile, PortalListener.CertificateKeyFile),
        CertificateSource.Acme => (AcmeFolder.CertificateFile(Data.Directory), ""),
    };

    public string LogFile => Path.Combine(Data.Directory, "logs", "atlanticproxy.log");

    /// <summary>
    /// Whether something was made here before: an embedded database, be it that it is only just being made. A database that is
    /// run elsewhere says so itself, by its schema.
    /// </summary>
    public bool HasAppliance => !Database.IsEmbedded || Directory.Exists(DatabaseDirectory)
        || System.IO.File.Exists(ClusterLock.FileOf(DatabaseDirectory));

    public EmbeddedPostgresOptions EmbeddedPostgres => new()
    {
        Directory = DatabaseDirectory, User = Database.User, SocketRoot = Database.SocketFolder,
    };

    public ControlPlaneOptions ControlPlane(string connectionString) =>
        new() { ConnectionString = connectionString, SecretKeyFile = KeyFile, Usage = Usage, ConnectionLog = ConnectionLog,
            Reconciliation = Reconciliation, Invoices = Invoices, Webhooks = Webhooks, Alerts = Alerts,
            Payments = Payments, Billing = Billing, Retention = Retention, ConfiguredSite = ConfiguredSite,
            BlockLists = new(Engine.BlockListFolder, BlockLists.Sources.Select(source => source.Category)) };

    /// <param name="flags">Settings from the command line: name with colons, value.</param>
    /// <param name="file">
    /// Configuration file; null for <see cref="FileName"/> in the data directory, or <see cref="SystemFile"/> for the default
    /// one, if it is there.
    /// </param>
    /// <param name="environment">Variables; null for the process's.</param>
    /// <param name="defaults">Beneath everything else: what a demonstration sets.</param>
    /// <exception cref="StartupException">Something is wrong with them: all of it, one line each.</exception>
    public static Settings Load(
        IReadOnlyDictionary<string, string?> flags, string? file = null, IReadOnlyDictionary<string, string?>? environment = null,
        IReadOnlyDictionary<string, string?>? defaults = null)
    {
        environment ??= Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value);
        var variables = environment.Where(v => v.Key.StartsWith(EnvironmentPrefix, StringComparison.Ordinal))
            .Where(v => v.Key.Contains("__", StringComparison.Ordinal))
            .ToDictionary(v => v.Key[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal), v => v.Value,
                StringComparer.OrdinalIgnoreCase);

        // The file may lie in the data directory, so that one is looked up first.
        var outside = new ConfigurationBuilder().AddInMemoryCollection(variables).AddInMemoryCollection(flags).Build();
        string inDirectory = outside["Data:Directory"] is { } directory ? Path.Combine(directory, FileName) : SystemFile;
        if (file is not null && !System.IO.File.Exists(file))
            throw new StartupException($"There is no configuration file {file}.");

        var configured = Build(Configure(new ConfigurationBuilder()), file ?? inDirectory);
        var site = SiteLayer.Read(SiteLayer.FileIn(configured["Data:Directory"] ?? new DataOptions().Directory));
        // Not by AddConfiguration: that takes an empty value for none.
        var source = Build(Configure(new ConfigurationBuilder()
            .AddInMemoryCollection(defaults ?? new Dictionary<string, string?>())
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, PackageFile), optional: true, reloadOnChange: false)
            .AddInMemoryCollection(SiteLayer.Of(site, configured))), file ?? inDirectory);

        var sources = SettingSources.In(source);
        var sections = new SettingsSections(source);
        var data = sections.Bind<DataOptions>("Data", o => o.Validate());
        var listener = sections.Bind<PortalListenerOptions>("Portal", o => o.Validate());
        var portal = sections.Bind<PortalOptions>("Portal", o => o.Validate());
        var acme = sections.Bind<AcmeOptions>("Acme", o => o.Validate(portal.HostName, listener.CertificateFile));
        var settings = new Settings(
            data,
            sections.Bind<DatabaseOptions>("Database", o => o.Validate()),
            sections.Bind<LoggingOptions>("Logging", o => o.Validate()),
            listener,
            portal,
            acme,
            sections.Bind<EngineOptions>("Engine", o =>
            {
                ShareCertificate(o, listener, acme, data);
                return o.Validate();
            }),
            sections.Bind<UsageJournalOptions>("Journal", o => o.Validate()),
            sections.Bind<UsageOptions>("Usage", o => o.Validate()),
            sections.Bind<ConnectionLogOptions>("ConnectionLog", o => o.Validate()),
            sections.Bind<ReconciliationOptions>("Reconciliation", o => o.Validate()),
            sections.Bind<InvoiceOptions>("Invoices", _ => []),
            sections.Bind<WebhookOptions>("Webhooks", o => o.Validate()),
            sections.Bind<AlertOptions>("Alerts", o => o.Validate()),
            sections.Bind<PaymentOptions>("Payments", o => o.Validate()),
            sections.Bind<BillingOptions>("Billing", o => o.Validate()),
            sections.Bind<BlockListOptions>("BlockLists", o => o.Validate()),
            sections.Bind<JobOptions>("Jobs", o => o.Validate()),
            sections.Bind<BackupOptions>("Backup", o => o.Validate()),
            sections.Bind<MetricsOptions>("Metrics", o => o.Validate()),
            source, System.IO.File.Exists(file ?? inDirectory) ? file ?? inDirectory : null)
        {
            ConfiguredSite = SiteLayer.ConfiguredIn(configured),
            Retention = sections.Bind<RetentionOptions>("Retention", o => o.Validate()),
            Compat = new(Dialect("Webshare"), Dialect("IpRoyal"), Dialect("Oxylabs"), Dialect("Decodo")),
            Sources = sources,
            Sections = sections.Bound,
        };
        if (listener.HttpsListen.Length + listener.HttpListen.Length > 0 && SourceOf(listener, acme) == CertificateSource.None)
            sections.Refuse(
                "Portal:HttpsListen, HttpListen: HTTPS needs a certificate; set Portal:CertificateFile, or Portal:HostName with "
                    + "Acme:AgreeToTerms.");
        sections.ThrowIfWrong();
        if (settings.Journal.Directory.Length == 0)
            settings.Journal.Directory = Path.Combine(settings.Data.Directory, "journal");
        AddDefaultListeners(settings.Engine);
        AddDefaultListeners(listener, settings.CertificateSource);
        if (settings.BlockLists.Sources.Count > 0 && settings.Engine.BlockListFolder.Length == 0)
            settings.Engine.BlockListFolder = Path.Combine(settings.Data.Directory, "block-lists");
        return settings;

        DialectOptions Dialect(string vendor) =>
            sections.Bind<DialectOptions>($"Compat:{vendor}", o => o.Validate($"Compat:{vendor}"));

        IConfigurationBuilder Configure(IConfigurationBuilder builder) => builder
            .AddJsonFile(file ?? inDirectory, optional: true, reloadOnChange: false)
            .AddSecrets(SecretFolders.Select(name => environment.GetValueOrDefault(name)))
            .AddInMemoryCollection(variables)
            .AddInMemoryCollection(flags);
    }

    /// <summary>
    /// Whoever says where the mixed port is, says where the others are too: nothing listens wider than it was told to.
    /// </summary>
    private static void AddDefaultListeners(EngineOptions engine)
    {
        if (engine.Mixed.Count > 0)
            return;
        foreach (string listener in DefaultMixed)
            engine.Mixed.Add(listener);
        if (engine.Shadowsocks.Count == 0)
            engine.Shadowsocks.Add(DefaultShadowsocks);
        if (engine.Tls.Count == 0 && engine.TlsCertificateFile.Length > 0)
            engine.Tls.Add(DefaultTls);
    }

    /// <summary>The same for the portal: whoever says where HTTPS is, says where plain HTTP is, too.</summary>
    private static void AddDefaultListeners(PortalListenerOptions portal, CertificateSource source)
    {
        if (source == CertificateSource.None || portal.HttpsListen.Length > 0)
            return;
        portal.HttpsListen = DefaultHttps;
        if (portal.HttpListen.Length == 0)
            portal.HttpListen = DefaultHttp;
    }

    /// <summary>A proxy without a certificate of its own has the portal's.</summary>
    private static void ShareCertificate(EngineOptions engine, PortalListenerOptions portal, AcmeOptions acme, DataOptions data)
    {
        if (engine.TlsCertificateFile.Length > 0)
            return;
        if (SourceOf(portal, acme) == CertificateSource.Acme)
            engine.AwaitTlsCertificate(AcmeFolder.CertificateFile(data.Directory));
        else
            (engine.TlsCertificateFile, engine.TlsKeyFile) = (portal.CertificateFile, portal.CertificateKeyFile);
    }

    private static CertificateSource SourceOf(PortalListenerOptions portal, AcmeOptions acme) =>
        portal.CertificateFile.Length > 0 ? CertificateSource.Files
        : acme.AgreeToTerms ? CertificateSource.Acme
        : CertificateSource.None;

    private static IConfigurationRoot Build(IConfigurationBuilder builder, string file)
    {
        try
        {
            return builder.Build();
        }
        catch (Exception fault)
            when (fault is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{file} cannot be read: {(fault.InnerException ?? fault).Message}", fault);
        }
    }
}
