using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Serving;

namespace AtlanticProxy.Host.Certificates;

/// <summary>What belongs to ACME in the data directory, for the appliance's user alone.</summary>
internal sealed class AcmeFolder(Settings settings)
{
    internal const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private string Root => RootIn(settings.Data.Directory);

    /// <summary>A folder each for resellers' host names.</summary>
    private string NamesFolder => Path.Combine(Root, "names");

    private string NamesFile => Path.Combine(Root, "names.json");

    private string OrdersFile => Path.Combine(Root, "orders.json");

    /// <summary>lego's own: account and keys.</summary>
    public string Lego => Path.Combine(Root, "lego");

    /// <summary>Where lego puts answers to challenges, and the portal serves them from.</summary>
    public string WebRoot => Path.Combine(Root, "webroot");

    public string Challenges => Path.Combine(WebRoot, ".well-known", "acme-challenge");

    /// <summary>Of the portal's own name.</summary>
    public AcmeFiles Own => new(Root, SubjectOf(settings.Portal.HostName));

    /// <param name="name">A reseller's host name, lower case.</param>
    public AcmeFiles Of(string name) => new(Path.Combine(NamesFolder, name), SubjectOf(name));

    /// <summary>The portal's own certificate, which the proxy shares.</summary>
    public static string CertificateFile(string dataDirectory) => new AcmeFiles(RootIn(dataDirectory), "").Certificate;

    public void Create()
    {
        foreach (string folder in new[] { Root, NamesFolder, Lego, WebRoot })
            Directory.CreateDirectory(folder, OwnerOnly);
    }

    /// <summary>Host names of resellers, as last known: also for a start without the database, and for <c>doctor</c>.</summary>
    public IReadOnlyList<string> ReadNames() => Read<string[]>(NamesFile) ?? [];

    public void WriteNames(IEnumerable<string> names)
    {
        Create();
        PrivateFile.Write(NamesFile, JsonSerializer.SerializeToUtf8Bytes(names.ToArray()));
    }

    /// <summary>When an authority was asked, of the last hour.</summary>
    public IReadOnlyList<DateTimeOffset> ReadOrders(DateTimeOffset now) =>
        [.. (Read<DateTimeOffset[]>(OrdersFile) ?? []).Where(at => at > now - AcmeSchedule.OrderWindow && at <= now)];

    /// <summary>Notes one more.</summary>
    public void NoteOrder(DateTimeOffset now) =>
        PrivateFile.Write(OrdersFile, JsonSerializer.SerializeToUtf8Bytes(ReadOrders(now).Append(now).ToArray()));

    /// <summary>
    /// Deletes what is left of names that nobody has any more, keys included. Until its certificate has expired it is kept: a
    /// name that comes back needs no new one, and is not asked for more often.
    /// </summary>
    /// <param name="names">Those that somebody has.</param>
    public void Sweep(IReadOnlySet<string> names, DateTimeOffset now)
    {
        if (!Directory.Exists(NamesFolder))
            return;
        foreach (string folder in Directory.EnumerateDirectories(NamesFolder))
        {
            string name = Path.GetFileName(folder);
            var files = Of(name);
            if (names.Contains(name) || files.Read().RetryAt > now || EndOf(files.Certificate) > now)
                continue;
            Directory.Delete(folder, recursive: true);
            string made = Path.Combine(Lego, "certificates");
            foreach (string ending in new[] { ".crt", ".key", ".json", ".issuer.crt" })
                if (Directory.Exists(made))
                    File.Delete(Path.Combine(made, name + ending));
        }
    }

    private string SubjectOf(string name) => $"{name} of {settings.Acme.Directory} for {settings.Acme.Email}";

    private static string RootIn(string dataDirectory) => Path.Combine(dataDirectory, "acme");

    private static DateTimeOffset? EndOf(string certificateFile)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(certificateFile));
            return certificate.NotAfter;
        }
        catch (Exception unusable) when (unusable is IOException or CryptographicException)
        {
            return null;
        }
    }

    private static T? Read<T>(string file) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(file));
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }
}
