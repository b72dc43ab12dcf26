using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.Web.Compat;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AtlanticProxy.Web.Api;

/// <summary>
/// Who a request of the API is of: <c>Authorization: Bearer ap_…</c> (RFC 6750), and nothing else. In APIs of vendors, the token
/// is where their clients send a key.
/// </summary>
internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder, TokenEntrance entrance,
    TokenThrottle throttle) : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string Name = "Bearer";

    /// <summary>Id of the token, decimal; one scope, a claim each, as <see cref="TokenScopes"/> spells it; the kind.</summary>
    public const string TokenClaim = "atlantic:token_id", ScopeClaim = "atlantic:scope";

    private const string Challenge = "Bearer realm=\"AtlanticProxy\"";

    private static readonly object HolderKey = new();

    private TokenRefusal? _refusal;
    private TimeSpan? _wait;

    /// <summary>Whose token the request came with.</summary>
    public static TokenHolder HolderOf(HttpContext context) => (TokenHolder)context.Items[HolderKey]!;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if ((ApiPaths.IsCompat(Context) ? PresentedKey.Of(Request) : TokenOf(Request)) is not { } token)
            return AuthenticateResult.NoResult();
        var (holder, refusal) = await entrance.EnterAsync(token, RequestOrigin.ClientOf(Context), Context.RequestAborted);
        if (holder is null)
        {
            _refusal = refusal;
            if (!IsForbidden(refusal))
                _wait = throttle.CountFailure(Context.Connection.RemoteIpAddress);
            return AuthenticateResult.Fail($"token {refusal}");
        }
        Context.Items[HolderKey] = holder;
        return AuthenticateResult.Success(new AuthenticationTicket(PrincipalOf(holder), Name));
    }

    private static string? TokenOf(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        return header.StartsWith($"{Name} ", StringComparison.OrdinalIgnoreCase) ? header[(Name.Length + 1)..].Trim() : null;
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_wait is { } wait)
        {
            Response.Headers.RetryAfter = PasswordCheck.RetryAfter(wait);
            return AnswerAsync(StatusCodes.Status429TooManyRequests, "token.too_many_wrong",
                "Too many requests with invalid tokens came from your network. Valid tokens still work.");
        }
        if (_refusal is not { } refusal)
        {
            Response.Headers.WWWAuthenticate = Challenge;
            return AnswerAsync(StatusCodes.Status401Unauthorized, "token.missing",
                "Send a token: Authorization: Bearer ap_….");
        }
        if (IsForbidden(refusal))
            return AnswerAsync(StatusCodes.Status403Forbidden, CodeOf(refusal), WordsOf(refusal));
        Response.Headers.WWWAuthenticate = $"{Challenge}, error=\"invalid_token\"";
        return AnswerAsync(StatusCodes.Status401Unauthorized, CodeOf(refusal), WordsOf(refusal));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        if (Context.GetEndpoint()?.Metadata.GetOrderedMetadata<NeededScope>()
            .FirstOrDefault(one => !ScopeRights.Has(Context.User, one.Scope)) is { Scope: var needed })
        {
            string scope = TokenScopes.NameOf(needed);
            Response.Headers.WWWAuthenticate = $"{Challenge}, error=\"insufficient_scope\", scope=\"{scope}\"";
            return AnswerAsync(StatusCodes.Status403Forbidden, "token.scope_missing", $"The token lacks the scope {scope}.");
        }
        return ApiProblem.OwnerMayNot.ExecuteAsync(Context);
    }

    private Task AnswerAsync(int status, string code, string detail) =>
        new ApiProblem(status, new ApiError(code, detail)).ExecuteAsync(Context);

    /// <summary>The same claims that a sign-in has (<see cref="AccountClaims"/>), as they are now.</summary>
    private static ClaimsPrincipal PrincipalOf(TokenHolder holder)
    {
        var identity = new ClaimsIdentity(
        [
            new Claim(TokenClaim, Decimal(holder.TokenId)), new Claim(ClaimTypes.Name, holder.Name),
            new Claim(ClaimTypes.Role, holder.Role),
        ], Name);
        identity.AddClaims(holder.Scopes.Select(scope => new Claim(ScopeClaim, TokenScopes.NameOf(scope))));
        identity.AddClaims((holder.Rights ?? []).Select(right => new Claim(AccountClaims.StaffRight, right)));
        if (holder.UserId is { } user)
            identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, Decimal(user)));
        if (holder.CustomerId is { } customer)
            identity.AddClaim(new Claim(AccountClaims.CustomerId, Decimal(customer)));
        if (holder.MemberRole is { } role)
            identity.AddClaim(new Claim(AccountClaims.MemberRole, role.ToString()));
        if (holder.SellerId is { } seller)
            identity.AddClaim(new Claim(AccountClaims.SellerId, Decimal(seller)));
        if (holder.MayResell)
            identity.AddClaim(new Claim(AccountClaims.MayResell, "yes"));
        return new ClaimsPrincipal(identity);
    }

    private static string Decimal(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <summary>The token is right, and is not let in all the same.</summary>
    private static bool IsForbidden(TokenRefusal? refusal) =>
        refusal is TokenRefusal.AddressForbidden or TokenRefusal.Suspended or TokenRefusal.SecondFactorDue
            or TokenRefusal.PlanWithoutApi;

    private static string CodeOf(TokenRefusal refusal) => refusal switch
    {
        TokenRefusal.Malformed => "token.malformed",
        TokenRefusal.Unknown => "token.unknown",
        TokenRefusal.Revoked => "token.revoked",
        TokenRefusal.Expired => "token.expired",
        TokenRefusal.AddressForbidden => "token.address_forbidden",
        TokenRefusal.Suspended => "token.customer_suspended",
        TokenRefusal.SecondFactorDue => "token.second_factor_due",
        TokenRefusal.PlanWithoutApi => "token.plan_without_api",
    };

    private static string WordsOf(TokenRefusal refusal) => refusal switch
    {
        TokenRefusal.Malformed => "The token is incomplete or mistyped.",
        TokenRefusal.Unknown => "Unknown token.",
        TokenRefusal.Revoked => "This token was revoked. Create a new one in the portal.",
        TokenRefusal.Expired => "This token has expired. Create a new one in the portal.",
        TokenRefusal.AddressForbidden => "This token is not allowed from your address.",
        TokenRefusal.Suspended => "The account that this token belongs to is suspended.",
        TokenRefusal.SecondFactorDue =>
            "The token's owner must turn on a second factor: sign in to the portal.",
        TokenRefusal.PlanWithoutApi => "The plan of this account does not include the API.",
    };
}
