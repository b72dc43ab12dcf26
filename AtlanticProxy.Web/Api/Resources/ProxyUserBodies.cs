using System.ComponentModel.DataAnnotations;
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
    : IExample<ProxyUserBody>
{
    public static ProxyUserBody Example => new(new(12), new(7), "alice", true, Standing.Served, 50, null, ["203.0.113.0/24"],
        20_000_000_000, ExampleTime.Noon);

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
internal sealed record CredentialsBody(PublicId<OfProxyUser> Id, string Name, string Password) : IExample<CredentialsBody>
{
    public static CredentialsBody Example => new(new(12), "alice", "Kq3vX9mWz2Lr7TfYb6Nc4Hd8");

    public static CredentialsBody Of(ProxyUserCredentials made) => new(new(made.ProxyUserId), made.Name, made.Secret);
}

/// <param name="Customer">Whose it is to be: needed with a token of the staff.</param>
/// <param name="Name">3 to 32 small letters and digits, unique over the service.</param>
/// <param name="MaxConnections">Concurrent connections a node; left out is no limit.</param>
/// <param name="SpeedBytesPerSecond">Each direction, over all tunnels; left out is no limit.</param>
/// <param name="AllowedSources">Networks that need no password, in CIDR form.</param>
/// <param name="LimitBytes">Of its customer's bytes a period; left out is no cap of its own.</param>
internal sealed record NewProxyUserBody(
    [property: Required] string? Name, PublicId<OfCustomer>? Customer, int? MaxConnections, long? SpeedBytesPerSecond,
    IReadOnlyList<string>? AllowedSources, long? LimitBytes) : IRequestBody, IExample<NewProxyUserBody>
{
    public static NewProxyUserBody Example => new("alice", null, 50, null, ["203.0.113.0/24"], 20_000_000_000);

    public ProxyUserLimits ToLimits() => new(MaxConnections, SpeedBytesPerSecond, AllowedSources, LimitBytes);
}

/// <summary>What is left out stays as it is; null takes a limit away.</summary>
internal sealed record ProxyUserChangeBody(
    Optional<int?> MaxConnections, Optional<long?> SpeedBytesPerSecond, Optional<IReadOnlyList<string>> AllowedSources,
    Optional<long?> LimitBytes) : IRequestBody, IExample<ProxyUserChangeBody>
{
    public static ProxyUserChangeBody Example => new(new(true, 100), default, default, new(true, 40_000_000_000));

    public ProxyUserLimits AppliedTo(ProxyUserLimits present) => new(
        MaxConnections.Or(present.MaxConnections), SpeedBytesPerSecond.Or(present.SpeedBytesPerSecond),
        AllowedSources.Or(present.AllowedSources) ?? [], LimitBytes.Or(present.LimitBytes));
}

/// <param name="Session">As the client writes it; left out for all sessions.</param>
internal sealed record ChangeIpBody(string? Session) : IRequestBody, IExample<ChangeIpBody>
{
    public static ChangeIpBody Example => new("a1b2");
}
