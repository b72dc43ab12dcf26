using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AtlanticProxy.Host.Certificates;
using AtlanticProxy.Host.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.Host.Tests.Certificates;

/// <summary>An appliance's part of ACME, with an authority that answers as a test says, and a clock that it moves.</summary>
internal sealed class TestAuthority : IAcmeClient, INameLookup, IDisposable
{
    public const string Name = "portal.example";

    public static readonly TimeSpan Life = TimeSpan.FromDays(90);

    private readonly TemporaryFolder _folder = new();
    private readonly int _ordersPerHour;

    public TestAuthority(string name = Name, int ordersPerHour = 50)
    {
        _ordersPerHour = ordersPerHour;
        Settings = SettingsOf(name);
        Folder = new AcmeFolder(Settings);
        Certificate = new PortalCertificate(Settings, Folder, Time, NullLogger<PortalCertificate>.Instance);
        Renewal = RenewalOf(Folder, Certificate);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));

    public Settings Settings { get; }

    public AcmeFolder Folder { get; }

    public PortalCertificate Certificate { get; }

    public AcmeRenewal Renewal { get; }

    /// <summary>Why it refuses; null when it issues.</summary>
    public string? Refusal { get; set; }

    /// <summary>Thrown in place of an answer.</summary>
    public Exception? Fault { get; set; }

    public TimeSpan IssuedLife { get; set; } = Life;

    public int Orders => Ordered.Count;

    /// <summary>The names that were asked for, in their order.</summary>
    public List<string> Ordered { get; } = [];

    /// <summary>Done while it is being asked.</summary>
    public Action? WhileAsked { get; set; }

    /// <summary>Names that it refuses, and why.</summary>
    public Dictionary<string, string> Refused { get; } = [];

    /// <summary>Where names lead that do not lead to the portal's address.</summary>
    public Dictionary<string, NameTarget> Elsewhere { get; } = [];

    public AcmeState State => Folder.Own.Read();

    IReadOnlyList<IPAddress> INameLookup.Own => [];

    public string Path(string name) => _folder[$"data/acme/{name}"];

    /// <summary>The same appliance, started again with another host name.</summary>
    public (AcmeRenewal Renewal, PortalCertificate Certificate) StartAgain(string name)
    {
        var settings = SettingsOf(name);
        var folder = new AcmeFolder(settings);
        var certificate = new PortalCertificate(settings, folder, Time, NullLogger<PortalCertificate>.Instance);
        certificate.Load();
        return (RenewalOf(folder, certificate), certificate);
    }

    public Task<Order> OrderAsync(string hostName, CancellationToken cancellation)
    {
        Ordered.Add(hostName);
        WhileAsked?.Invoke();
        if (Fault is not null)
            throw Fault;
        return Task.FromResult((Refusal ?? Refused.GetValueOrDefault(hostName)) is { } refusal
            ? new Order(null, refusal, "connection")
            : new Order(Issue(hostName, Time.GetUtcNow(), IssuedLife), null));
    }

    public Task<NameTarget> FindAsync(string name, CancellationToken cancellation) =>
        Task.FromResult(Elsewhere.GetValueOrDefault(name) ?? new NameTarget(name, [IPAddress.Parse("192.0.2.1")]));

    /// <summary>A certificate with its key, PEM.</summary>
    public static string Issue(string name, DateTimeOffset from, TimeSpan life)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test Authority", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(from, from + life);
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    public void Dispose() => _folder.Dispose();

    private AcmeRenewal RenewalOf(AcmeFolder folder, PortalCertificate certificate) =>
        new(this, folder, certificate, new NameCheck(this, Time), Time, NullLogger<AcmeRenewal>.Instance);

    private Settings SettingsOf(string name) => Settings.Load(
        new Dictionary<string, string?>
        {
            ["Data:Directory"] = _folder["data"], ["Portal:HostName"] = name, ["Acme:AgreeToTerms"] = "true",
            ["Acme:Email"] = "a@example.com", ["Acme:OrdersPerHour"] = $"{_ordersPerHour}",
        },
        environment: new Dictionary<string, string?>());
}
