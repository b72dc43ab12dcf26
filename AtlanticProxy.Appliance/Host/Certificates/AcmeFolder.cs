using System.Text.Json;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Serving;

namespace AtlanticProxy.Host.Certificates;

/// <summary>
/// How asking the authority has gone. On disk, so that an appliance that is started over and over asks no more often.
/// </summary>
/// <param name="Subject">What was asked for, and of whom: with other settings, earlier failures count no more.</param>
/// <param name="LastAttempt">Null before the first.</param>
/// <param name="LastError">Why it failed, in words; null when it did not.</param>
/// <param name="Failures">In a row, up to now.</param>
/// <param name="RetryAt">Not asked before then; null when the last attempt brought a certificate.</param>
internal sealed record AcmeState(
    string Subject, DateTimeOffset? LastAttempt, string? LastError, int Failures, DateTimeOffset? RetryAt);

/// <summary>What belongs to ACME in the data directory, for the appliance's user alone.</summary>
internal sealed class AcmeFolder(Settings settings)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private string Root => Path.Combine(settings.Data.Directory, "acme");

    private string StateFile => Path.Combine(Root, "state.json");

    /// <summary>lego's own: account and keys.</summary>
    public string Lego => Path.Combine(Root, "lego");

    /// <summary>Where lego puts answers to challenges, and the portal serves them from.</summary>
    public string WebRoot => Path.Combine(Root, "webroot");

    public string Challenges => Path.Combine(WebRoot, ".well-known", "acme-challenge");

    /// <summary>The certificate in use, its chain and its key in one file, so that all change at once.</summary>
    public static string CertificateFile(string dataDirectory) => Path.Combine(dataDirectory, "acme", "certificate.pem");

    private string Subject => $"{settings.Portal.HostName} of {settings.Acme.Directory} for {settings.Acme.Email}";

    public void Create()
    {
        Directory.CreateDirectory(Root, OwnerOnly);
        Directory.CreateDirectory(Lego, OwnerOnly);
        Directory.CreateDirectory(WebRoot, OwnerOnly);
    }

    /// <summary>Nothing tried yet, when there is no state, or one of other settings.</summary>
    public AcmeState Read()
    {
        var none = new AcmeState(Subject, null, null, 0, null);
        try
        {
            return JsonSerializer.Deserialize<AcmeState>(File.ReadAllBytes(StateFile)) is { } state && state.Subject == Subject
                ? state
                : none;
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return none;
        }
    }

    public void Write(AcmeState state) => PrivateFile.Write(StateFile, JsonSerializer.SerializeToUtf8Bytes(state));

    /// <summary>Puts what lego got in use.</summary>
    public void Install(string pem) =>
        PrivateFile.Write(CertificateFile(settings.Data.Directory), System.Text.Encoding.ASCII.GetBytes(pem));
}
