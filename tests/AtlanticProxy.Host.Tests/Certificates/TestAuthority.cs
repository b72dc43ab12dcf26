using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AtlanticProxy.Host.Certificates;
using AtlanticProxy.Host.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.Host.Tests.Certificates;

/// <summary>An appliance's part of ACME, with an authority that answers as a test says, and a clock that it moves.</summary>
internal sealed class TestAuthority : IAcmeClient, IDisposable
{
    public const string Name = "portal.example";

    public static readonly TimeSpan Life = TimeSpan.FromDays(90);

    private readonly TemporaryFolder _folder = new();

    public TestAuthority(string name = Name)
    {
        Settings = SettingsOf(name);
        Folder = new AcmeFolder(Settings);
        Certificate = new PortalCertificate(Settings, Folder, Time, NullLogger<PortalCertificate>.Instance);
        Renewal = new AcmeRenewal(this, Folder, Certificate, Time, NullLogger<AcmeRenewal>.Instance);
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

    public int Orders { get; private set; }

    public AcmeState State => Folder.Read();

    public string Path(string name) => _folder[$"data/acme/{name}"];

    /// <summary>The same appliance, started again with another host name.</summary>
    public (AcmeRenewal Renewal, PortalCertificate Certificate) StartAgain(string name)
    {
        var settings = SettingsOf(name);
        var folder = new AcmeFolder(settings);
        var certificate = new PortalCertificate(settings, folder, Time, NullLogger<PortalCertificate>.Instance);
        certificate.Load();
        return (new AcmeRenewal(this, folder, certificate, Time, NullLogger<AcmeRenewal>.Instance), certificate);
    }

    public Task<Order> OrderAsync(CancellationToken cancellation)
    {
        Orders++;
        if (Fault is not null)
            throw Fault;
        return Task.FromResult(Refusal is null
            ? new Order(Issue(Name, Time.GetUtcNow(), IssuedLife), null)
            : new Order(null, Refusal));
    }

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

    private Settings SettingsOf(string name) => Settings.Load(
        new Dictionary<string, string?>
        {
            ["Data:Directory"] = _folder["data"], ["Portal:HostName"] = name, ["Acme:AgreeToTerms"] = "true",
            ["Acme:Email"] = "a@example.com",
        },
        environment: new Dictionary<string, string?>());
}
