using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Processes;

namespace AtlanticProxy.Host.Certificates;

/// <summary>A certificate with its chain and key as PEM, or why there is none, in words.</summary>
/// <param name="Problem">The authority's own name for that (RFC 8555 section 6.7, without its prefix), where it has one.</param>
internal readonly record struct Order(string? Pem, string? Error, string? Problem = null);

/// <summary>
/// Asks an ACME authority for certificates: behind an interface, so that tests of when it is asked need no authority.
/// </summary>
internal interface IAcmeClient
{
    /// <summary>One order, from account to certificate. Bounded in time.</summary>
    /// <param name="hostName">What the certificate is to be for.</param>
    Task<Order> OrderAsync(string hostName, CancellationToken cancellation);
}

/// <summary>
/// The ACME client lego, run as a child process. It keeps account and keys in <see cref="AcmeFolder.Lego"/>, and puts its answers
/// to HTTP-01 challenges where <see cref="AcmeChallenges"/> serves them.
/// </summary>
/// <param name="program">Name on the PATH, or path.</param>
internal sealed class Lego(Settings settings, AcmeFolder folder, string program = Lego.Program) : IAcmeClient
{
    private const string Program = "lego";

    /// <summary>lego waits up to a minute for each step; an authority that is slower at all of them is away.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    /// <summary>What a shell answers for a program that is not there.</summary>
    private const int NotFound = 127;

    public const string NotInstalled = "lego is not installed, or not on the PATH: apt-get install lego.";

    /// <summary>Whether there is one on this process's PATH.</summary>
    public static bool IsInstalled =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, Program)));

    public async Task<Order> OrderAsync(string hostName, CancellationToken cancellation)
    {
        string name = hostName.ToLowerInvariant(); // which its files are called by
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Timeout);
        Tool.Ended ended;
        try
        {
            ended = await Tool.RunAsync(Command(name), deadline.Token, Variables());
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(null, $"The authority did not finish within {Timeout.TotalMinutes:0} minutes.");
        }
        string said = $"{ended.Output}\n{ended.Error}";
        if (AcmeErrors.IsAccountGone(said))
            Directory.Delete(Path.Combine(folder.Lego, "accounts"), recursive: true);
        return ended.ExitCode switch
        {
            0 => Read(name),
            NotFound => new(null, NotInstalled),
            _ => new(null, AcmeErrors.Describe(said, name), AcmeErrors.ProblemOf(said)),
        };
    }

    /// <summary>Always a new order with a new key: when it is time, this appliance's clock says.</summary>
    private string[] Command(string name) =>
    [
        // lego makes some of its keys readable for everybody.
        "/bin/sh", "-c", "umask 077; exec \"$0\" \"$@\"", program,
        "--path", folder.Lego, "--server", settings.Acme.Directory, "--accept-tos", "--email", settings.Acme.Email,
        "--domains", name, "--http", "--http.webroot", folder.WebRoot, "run",
    ];

    private Dictionary<string, string> Variables() => settings.Acme.CaFile.Length > 0
        ? new() { ["LEGO_CA_CERTIFICATES"] = settings.Acme.CaFile }
        : [];

    private Order Read(string name)
    {
        string certificates = Path.Combine(folder.Lego, "certificates");
        try
        {
            string chain = File.ReadAllText(Path.Combine(certificates, $"{name}.crt"));
            string key = File.ReadAllText(Path.Combine(certificates, $"{name}.key"));
            using var certificate = X509Certificate2.CreateFromPem(chain, key);
            return certificate.MatchesHostname(name)
                ? new($"{chain.TrimEnd()}\n{key}", null)
                : new(null, $"The authority issued a certificate that is not for {name}.");
        }
        catch (Exception unusable) when (unusable is IOException or CryptographicException or ArgumentException)
        {
            return new(null, $"lego succeeded, but the certificate that it left cannot be used: {unusable.Message}");
        }
    }
}
