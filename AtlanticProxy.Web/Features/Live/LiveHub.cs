using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace AtlanticProxy.Web.Features.Live;

/// <summary>Pages that show live figures listen here. They send nothing.</summary>
[Authorize]
internal sealed class LiveHub(LiveViewers viewers) : Hub
{
    public const string Path = "/live";

    /// <summary>Bytes: all that a page ever sends is the protocol's own greeting.</summary>
    public const int MaxMessage = 1024;

    /// <summary>The message that carries figures.</summary>
    public const string Figures = "figures";

    public override async Task OnConnectedAsync()
    {
        var user = Context.User!;
        string group = GroupOf(user.IsStaff ? null : user.CustomerId);
        viewers.Joined(Context, group);
        await Groups.AddToGroupAsync(Context.ConnectionId, group);
        await base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        viewers.Left(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }

    /// <param name="customerId">Null: the staff.</param>
    public static string GroupOf(long? customerId) =>
        customerId is { } id ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"customer-{id}") : "staff";
}
