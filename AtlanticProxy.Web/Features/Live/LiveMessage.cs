using System.Security.Claims;
using AtlanticProxy.Web.Security;

namespace AtlanticProxy.Web.Features.Live;

/// <summary>What a page shows of the last second.</summary>
/// <param name="At">Unix seconds.</param>
/// <param name="Down">Bits a second to clients.</param>
/// <param name="Up">Bits a second from clients.</param>
/// <param name="Opened">Connections that began.</param>
/// <param name="Open">Connections that are open; null for customers, of whom that is not known.</param>
internal sealed record LiveMessage(long At, long Down, long Up, long Opened, int? Open)
{
    public static readonly LiveMessage None = new(0, 0, 0, 0, null);

    private const int BitsOfByte = 8;

    public static LiveMessage Of(LiveFigure figure, int? open, DateTimeOffset at) =>
        new(at.ToUnixTimeSeconds(), figure.Down * BitsOfByte, figure.Up * BitsOfByte, figure.Opened, open);

    /// <summary>For whoever is signed in: staff see all, customers their own.</summary>
    public static LiveMessage For(ClaimsPrincipal user, ILiveTraffic traffic, DateTimeOffset at) => user.IsStaff
        ? Of(traffic.Total, traffic.OpenConnections, at)
        : Of(traffic.ByCustomer().GetValueOrDefault(user.CustomerId) ?? LiveFigure.None, null, at);
}
