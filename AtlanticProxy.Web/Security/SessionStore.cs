using System.Globalization;
using System.Security.Claims;
using AtlanticProxy.ControlPlane.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Security;

/// <summary>Keeps sessions in the database: the cookie has a key to one, and nothing else.</summary>
internal sealed class SessionStore : ITicketStore
{
    /// <summary>Where a request keeps the key of its session.</summary>
    private static readonly object Key = new();

    /// <summary>Has a session begin without its user having shown who they are: <see cref="StepUpCheck"/> asks at once.</summary>
    public const string Unconfirmed = "unconfirmed";

    /// <summary>The key of the session that a request belongs to; empty where it has none.</summary>
    public static string KeyOf(HttpContext context) => context.Items[Key] as string ?? "";

    public async Task<string> StoreAsync(
        AuthenticationTicket ticket, HttpContext httpContext, CancellationToken cancellationToken)
    {
        string key = await SessionsOf(httpContext).BeginAsync(
            UserOf(ticket), StampOf(ticket),
            TicketSerializer.Default.Serialize(ticket), ticket.Properties.ExpiresUtc!.Value,
            new SessionOrigin(httpContext.Connection.RemoteIpAddress, httpContext.Request.Headers.UserAgent.ToString()),
            cancellationToken, isConfirmed: !ticket.Properties.Items.ContainsKey(Unconfirmed));
        httpContext.Items[Key] = key;
        return key;
    }

    public Task RenewAsync(
        string key, AuthenticationTicket ticket, HttpContext httpContext, CancellationToken cancellationToken) =>
        SessionsOf(httpContext).RenewAsync(
                key, UserOf(ticket), StampOf(ticket), TicketSerializer.Default.Serialize(ticket),
                ticket.Properties.ExpiresUtc!.Value,
            cancellationToken);

    public async Task<AuthenticationTicket?> RetrieveAsync(
        string key, HttpContext httpContext, CancellationToken cancellationToken)
    {
        httpContext.Items[Key] = key;
        return await SessionsOf(httpContext).FindAsync(key, cancellationToken) is { } ticket
            ? TicketSerializer.Default.Deserialize(ticket)
            : null;
    }

    public Task RemoveAsync(string key, HttpContext httpContext, CancellationToken cancellationToken) =>
        SessionsOf(httpContext).EndAsync(key, cancellationToken);

    // The cookie handler always gives its request.
    Task<string> ITicketStore.StoreAsync(AuthenticationTicket ticket) => throw WithoutRequest();

    Task ITicketStore.RenewAsync(string key, AuthenticationTicket ticket) => throw WithoutRequest();

    Task<AuthenticationTicket?> ITicketStore.RetrieveAsync(string key) => throw WithoutRequest();

    Task ITicketStore.RemoveAsync(string key) => throw WithoutRequest();

    private static NotSupportedException WithoutRequest() => new("Sessions are looked up for a request.");

    private static long UserOf(AuthenticationTicket ticket) =>
        long.Parse(ticket.Principal.FindFirstValue(ClaimTypes.NameIdentifier)!, CultureInfo.InvariantCulture);

    private static string StampOf(AuthenticationTicket ticket) =>
        ticket.Principal.FindFirstValue(new ClaimsIdentityOptions().SecurityStampClaimType)!;

    private static UserSessions SessionsOf(HttpContext context) => context.RequestServices.GetRequiredService<UserSessions>();
}
