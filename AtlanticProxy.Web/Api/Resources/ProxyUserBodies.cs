using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.ProxyUsers;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>A proxy user. Never its password.</summary>
/// <param name="Standing">Whether it is served now, and if not, why.</param>
/// <param name="MaxConnections">Concurrent connections a node; null is no limit.</param>
/// <param name="SpeedBytesPerSecond">Each direction, over all tunnels; null is no limit.</param>
/// <param name="AllowedSources">Networks that need no password, in CIDR form.</param>
/// <param name="LimitBytes">Of its customer's bytes a period; null is no cap of its own.</param>
internal sealed record ProxyUserBody(
    PublicId<OfProxyUser> Id, PublicId<OfCustomer> Customer, string Name, bool Enabled, Standing Standing, int? MaxConnections,
    long? SpeedBytesPerSecond, IReadOnlyList<string> AllowedSources, long? LimitBytes, DateTimeOffset CreatedAt)
{
    /// <summary>Changes with what an operation can change.</summary>
    public static string TagOf(ProxyUserSummary user) => EntityTag.Of(new
    {
        user.Id, user.Enabled, user.MaxConnections, user.SpeedBytesPerSecond, user.AllowedSources, user.LimitBytes,
    });

    public static ProxyUserBody Of(ProxyUserSummary user) => new(
        new(user.Id), new(user.CustomerId), user.Name, user.Enabled, user.Standing, user.MaxConnections, user.SpeedBytesPerSecond,
        user.AllowedSources, user.LimitBytes, user.CreatedAt);
}

/// <summary>What a client connects with. The password is answered where it is made, and nowhere else.</summary>
internal sealed record CredentialsBody(PublicId<OfProxyUser> Id, string Name, string Password)
{
    public static CredentialsBody Of(ProxyUserCredentials made) => new(new(made.ProxyUserId), made.Name, made.Secret);
}

/// <param name="Customer">Whose it is to be: needed with a token of the staff.</param>
/// <param name="Name">3 to 32 small letters and digits, unique over the service.</param>
internal sealed record NewProxyUserBody(
    string? Name, PublicId<OfCustomer>? Customer, int? MaxConnections, long? SpeedBytesPerSecond,
    IReadOnlyList<string>? AllowedSources, long? LimitBytes)
{
    public ProxyUserLimits Limits => new(MaxConnections, SpeedBytesPerSecond, AllowedSources, LimitBytes);
}

/// <summary>What is left out stays as it is; null takes a limit away.</summary>
internal sealed record ProxyUserChangeBody(
    Optional<int?> MaxConnections, Optional<long?> SpeedBytesPerSecond, Optional<IReadOnlyList<string>> AllowedSources,
    Optional<long?> LimitBytes)
{
    public ProxyUserLimits AppliedTo(ProxyUserLimits present) => new(
        MaxConnections.Or(present.MaxConnections), SpeedBytesPerSecond.Or(present.SpeedBytesPerSecond),
        AllowedSources.Or(present.AllowedSources) ?? [], LimitBytes.Or(present.LimitBytes));
}

/// <param name="Session">As the client writes it; left out for all sessions.</param>
internal sealed record ChangeIpBody(string? Session);
