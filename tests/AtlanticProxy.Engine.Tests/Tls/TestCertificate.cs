using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AtlanticProxy.Engine.Tests.Tls;

/// <summary>What may be where a file was.</summary>
public enum LostFile
{
    Missing,
    Unreadable,
    LinkToItself,
}

/// <summary>A self-made certificate in a PEM file of its own folder, with its key in the same file.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("atlantic-tls-").FullName;

    public TestCertificate(string name = "localhost")
    {
        File = Path.Combine(_folder, "proxy.pem");
        Thumbprint = Write(name);
    }

    public string File { get; }

    /// <summary>Of the certificate that was written last.</summary>
    public string Thumbprint { get; private set; }

    /// <summary>Replaces the certificate, as a renewal does.</summary>
    public string Write(string name = "localhost")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name == "localhost")
            names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        System.IO.File.WriteAllText(File, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        return Thumbprint = certificate.Thumbprint;
    }

    public void Break() => System.IO.File.WriteAllText(File, "-----BEGIN CERTIFICATE-----\nnot one\n-----END CERTIFICATE-----\n");

    /// <summary>When <see cref="Lose"/> was called, by the system's clock.</summary>
    public long LostAt { get; private set; }

    /// <summary>Makes the file one that cannot be read. Not by its permissions, since tests may run as root.</summary>
    public void Lose(LostFile how)
    {
        System.IO.File.Delete(File);
        if (how == LostFile.Unreadable)
            Directory.CreateDirectory(File);
        else if (how == LostFile.LinkToItself)
            System.IO.File.CreateSymbolicLink(File, File);
        LostAt = TimeProvider.System.GetTimestamp();
    }

    /// <summary>Makes room for another one to be written.</summary>
    public void Restore()
    {
        if (Directory.Exists(File))
            Directory.Delete(File);
        else
            System.IO.File.Delete(File);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
