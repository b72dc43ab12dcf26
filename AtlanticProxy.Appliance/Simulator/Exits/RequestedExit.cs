namespace AtlanticProxy.Simulator.Exits;

/// <summary>What a client asked of its exit. Empty strings are "any".</summary>
/// <param name="Country">ISO 3166-1 alpha-2, capitals.</param>
/// <param name="Other">What else was asked for, such as <c>asn=7922</c>, as it decides which exit it is.</param>
internal sealed record RequestedExit(string Country, string State, string City, string Session, string Other)
{
    public static readonly RequestedExit Any = new("", "", "", "", "");
}
