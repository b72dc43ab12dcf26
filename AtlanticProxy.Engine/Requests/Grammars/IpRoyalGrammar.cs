namespace AtlanticProxy.Engine.Requests.Grammars;

/// <summary>
/// IPRoyal's, whose targeting stands behind the password: <c>alice</c> with
/// <c>SECRET_country-br_city-saopaulo_session-sgn34f3e_lifetime-10m</c>. Source: docs.iproyal.com, "Residential: location,
/// rotation, high-end pool, skipping static ISP".
/// </summary>
internal sealed class IpRoyalGrammar() : PairGrammar(Separator, '-',
    new("region", TokenMeaning.Region),
    new("country", TokenMeaning.Country),
    new("state", TokenMeaning.State),
    new("city", TokenMeaning.City),
    new("isp", TokenMeaning.Isp),
    new("session", TokenMeaning.Session),
    new("lifetime", TokenMeaning.Lifetime),
    new("streaming", TokenMeaning.NotOffered),
    new("forcerandom", TokenMeaning.NotOffered),
    new("skipispstatic", TokenMeaning.NotOffered),
    new("skipipslist", TokenMeaning.NotOffered))
{
    private const char Separator = '_';

    public override string Name => "IPRoyal";

    /// <summary>
    /// Bytes of the secret in <paramref name="password"/> if targeting follows it; -1 if none can. It depends on nothing but what
    /// was presented: whoever verifies tries the whole password and this much of it, both always, so that a password with an
    /// underscore is as good as any and time tells nothing. No secret of this product has an underscore, so the first one ends
    /// it.
    /// </summary>
    public static int SecretLength(ReadOnlySpan<byte> password) => password.IndexOf((byte)Separator);

    /// <summary>False: its usernames are names alone.</summary>
    public override bool TryParse(string username, int separator, out ParsedUsername parsed)
    {
        parsed = default;
        return false;
    }

    protected override (string Username, string Password) Write(string name, string password, Targeting targeting) =>
        (name, password + WriteTokens(targeting, "_"));
}
