using System.Globalization;
using System.Security.Claims;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Customers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// An action that a view of a customer's portal may not open: it is about a person, and not about the customer.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class NotForViewAttribute : Attribute;

/// <summary>An action without a customers' policy that a view may open.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ForViewAttribute : Attribute;

/// <summary>The one action that stays the staff's own during a view: it ends the view.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EndsViewAttribute : Attribute;

/// <summary>
/// One of the staff sees a customer's portal as the owner of that account does, and can change nothing. The view is a property of
/// their own session. While it lasts, each request is that of the customer (<see cref="PrincipalOf"/>) and not of the staff, so
/// that every policy and every query sees a customer; what is no reading of a customer's page is refused before it.
/// </summary>
internal static class CustomerView
{
    /// <summary>Then it ends by itself.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    /// <summary>Claim of a principal that only looks: the email of who does.</summary>
    public const string Viewer = "atlantic:viewer";

    private const string CustomerId = "view.customer", Until = "view.until", Email = "view.email",
        Seller = "view.seller", Resells = "view.resells";

    /// <summary>Begins a view in the session of the request.</summary>
    public static async Task BeginAsync(HttpContext context, CustomerSummary customer, DateTimeOffset now, NoteAct note)
    {
        var until = now + Longest;
        var properties = PropertiesOf(context);
        properties.Items[CustomerId] = customer.Id.ToString(CultureInfo.InvariantCulture);
        properties.Items[Until] = until.ToString("O", CultureInfo.InvariantCulture);
        properties.Items[Email] = customer.Email;
        if (customer.SellerId is { } seller)
            properties.Items[Seller] = seller.ToString(CultureInfo.InvariantCulture);
        if (customer.MayResell)
            properties.Items[Resells] = "yes";
        await note.ExecuteAsync(new(AuditChange.Added, AuditQueries.CustomerViews, customer.Email, customer.Id,
            new Dictionary<string, string> { ["until"] = until.ToString("O", CultureInfo.InvariantCulture) }),
            context.RequestAborted);
        await context.SignInAsync(IdentityConstants.ApplicationScheme, context.User, properties);
    }

    /// <summary>Ends the view of the request's session; whose it was, null when there is none.</summary>
    public static async Task<long?> EndAsync(HttpContext context, NoteAct note)
    {
        var properties = PropertiesOf(context);
        if (CustomerOf(properties) is not { } customer)
            return null;
        string email = properties.Items[Email] ?? "";
        foreach (string key in (string[])[CustomerId, Until, Email, Seller, Resells])
            properties.Items.Remove(key);
        await note.ExecuteAsync(new(AuditChange.Removed, AuditQueries.CustomerViews, email, customer), context.RequestAborted);
        await context.SignInAsync(IdentityConstants.ApplicationScheme, context.User, properties);
        return customer;
    }

    /// <summary>After authentication, and before authorization.</summary>
    public static void UseCustomerView(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var properties = PropertiesOf(context);
        if (context.User.Identity is not { IsAuthenticated: true } || CustomerOf(properties) is not { } customer)
        {
            await next(context);
            return;
        }
        var endpoint = context.GetEndpoint();
        if (IsOver(context, properties))
            await ExpireAsync(context);
        else if (endpoint?.Metadata.GetMetadata<EndsViewAttribute>() is null)
        {
            context.User = PrincipalOf(context.User, customer, properties);
            if (!MayLook(context, endpoint))
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return;
            }
        }
        await next(context);
    });

    /// <summary>
    /// The owner of the customer's account, by every policy of <see cref="Policies"/>: all that the customer's people may see,
    /// and nothing of the staff's. The id is that of who looks, whom no row of the customer's belongs to.
    /// </summary>
    private static ClaimsPrincipal PrincipalOf(ClaimsPrincipal staff, long customer, AuthenticationProperties view) =>
        new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, staff.FindFirstValue(ClaimTypes.NameIdentifier)!),
            new Claim(ClaimTypes.Name, view.Items[Email] ?? ""),
            new Claim(ClaimTypes.Role, Roles.Customer),
            new Claim(AccountClaims.CustomerId, customer.ToString(CultureInfo.InvariantCulture)),
            new Claim(AccountClaims.MemberRole, MemberRole.Owner.ToString()),
            new Claim(AccountClaims.SecondFactor, "view"), // who looks has been asked for theirs
            new Claim(Viewer, staff.Identity!.Name!),
            .. ClaimsOf(AccountClaims.SellerId, view, Seller), .. ClaimsOf(AccountClaims.MayResell, view, Resells),
        ], IdentityConstants.ApplicationScheme));

    private static Claim[] ClaimsOf(string type, AuthenticationProperties view, string key) =>
        view.Items.TryGetValue(key, out string? value) && value is { Length: > 0 } ? [new Claim(type, value)] : [];

    /// <summary>What is public, and what a customers' policy lets in, to be read.</summary>
    private static bool MayLook(HttpContext context, Endpoint? endpoint)
    {
        if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null)
            return true; // the page that says why
        if (endpoint?.Metadata.GetMetadata<HubMetadata>() is not null)
            return true; // figures that move: it takes nothing but its own greeting
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            return false;
        if (endpoint is null)
            return true; // there is no such page
        return endpoint.Metadata.GetMetadata<NotForViewAttribute>() is null
            && (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
                || endpoint.Metadata.GetMetadata<ForViewAttribute>() is not null
                || endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(data => Policies.IsOfCustomers(data.Policy)));
    }

    private static bool IsOver(HttpContext context, AuthenticationProperties properties) =>
        !DateTimeOffset.TryParse(
            properties.Items.TryGetValue(Until, out string? until) ? until : null, CultureInfo.InvariantCulture,
            DateTimeStyles.RoundtripKind, out var end)
        || end <= context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    private static async Task ExpireAsync(HttpContext context)
    {
        await using var scope = context.RequestServices.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Authorship>().Author = new Author(
            AuthorKind.Staff, context.User.Identity?.Name ?? "", "30 minutes are over", context.User.UserId,
            RequestOrigin.ClientOf(context));
        await EndAsync(context, scope.ServiceProvider.GetRequiredService<NoteAct>());
    }

    private static long? CustomerOf(AuthenticationProperties properties) =>
        properties.Items.TryGetValue(CustomerId, out string? id)
        && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long customer)
            ? customer
            : null;

    private static AuthenticationProperties PropertiesOf(HttpContext context) =>
        context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties ?? new AuthenticationProperties();
}
