using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using CustomerId = AtlanticProxy.Web.Api.PublicId<AtlanticProxy.Web.Api.OfCustomer>;

namespace AtlanticProxy.Web.Api.Resources;

/// <param name="Amount">Minor units, more than zero.</param>
/// <param name="Currency">One that the customer has: of its plan or its balances.</param>
/// <param name="Memo">Shown to the customer.</param>
internal sealed record NewCreditBody([property: Required] long? Amount, [property: Required] string? Currency, string? Memo)
    : IRequestBody, IExample<NewCreditBody>
{
    public static NewCreditBody Example => new(2500, "USD", "Transfer of 28 November");
}

/// <summary>Credit that was given.</summary>
/// <param name="Id">Of the wallet's entry.</param>
/// <param name="Amount">Minor units.</param>
/// <param name="Balance">Minor units, right after it.</param>
internal sealed record CreditBody(PublicId<OfEntry> Id, CustomerId Customer, long Amount, string Currency, long Balance)
    : IExample<CreditBody>
{
    public static CreditBody Example => new(new(11), new(7), 2500, "USD", 3500);
}

/// <param name="Bytes">More than zero.</param>
/// <param name="Until">Null: for good.</param>
/// <param name="Memo">Shown to the customer.</param>
internal sealed record NewGrantBody([property: Required] long? Bytes, DateTimeOffset? Until, string? Memo)
    : IRequestBody, IExample<NewGrantBody>
{
    public static NewGrantBody Example => new(5_000_000_000, null, "A present");
}

/// <summary>Traffic that was given.</summary>
/// <param name="Until">Null: for good.</param>
internal sealed record GrantBody(PublicId<OfGrant> Id, CustomerId Customer, long Bytes, DateTimeOffset? Until, string Memo)
    : IExample<GrantBody>
{
    public static GrantBody Example => new(new(10), new(7), 5_000_000_000, null, "A present");
}

/// <summary>Money and traffic given by hand, for owners alone.</summary>
internal static class CreditApi
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        var api = v1.MapGroup("/customers/{id}").WithTags("Customers");
        api.MapPost("/credit", CreditAsync).Needs(TokenScope.BillingWrite).RequireAuthorization(Policies.Owners)
            .WithName("creditCustomer").WithSummary("Credit a customer's balance")
            .Produces<CreditBody>(StatusCodes.Status201Created);
        api.MapPost("/grants", GrantAsync).Needs(TokenScope.BillingWrite).RequireAuthorization(Policies.Owners)
            .WithName("grantCustomer").WithSummary("Grant a customer traffic")
            .Produces<GrantBody>(StatusCodes.Status201Created);
    }

    private static async Task<IResult> CreditAsync(
        CustomerId id, NewCreditBody body, WalletQueries wallets, CreditWallet credit, HttpContext context,
        CancellationToken cancellation)
    {
        var wallet = await wallets.FindAsync(Scope.Staff, id.Value, cancellation, entries: 0);
        if (!wallet.IsSuccess)
            return ApiProblem.Of(wallet);
        if (!wallet.Value.Currencies.Contains(body.Currency))
            return ApiProblem.Invalid("credit.currency_differs",
                $"currency must be one of this customer's: {string.Join(", ", wallet.Value.Currencies)}.", "currency");
        var done = await credit.ExecuteAsync(
            new(id.Value, body.Amount ?? 0, body.Currency ?? "", KeyOf(context), body.Memo ?? ""), cancellation);
        return done.IsSuccess
            ? Results.Created((string?)null, new CreditBody(
                new(done.Value.TransactionId), id, done.Value.Amount, done.Value.Currency, done.Value.Balance))
            : ApiProblem.Of(done);
    }

    private static async Task<IResult> GrantAsync(
        CustomerId id, NewGrantBody body, GiveGrant give, CancellationToken cancellation)
    {
        string memo = body.Memo ?? "";
        var given = await give.ExecuteAsync(new(id.Value, body.Bytes ?? 0, Until: body.Until, Memo: memo), cancellation);
        return given.IsSuccess
            ? Results.Created((string?)null, new GrantBody(new(given.Value), id, body.Bytes ?? 0, body.Until, memo.Trim()))
            : ApiProblem.Of(Result.Failure([.. given.Errors.Select(error => error.Field == nameof(GiveGrant.Request.Amount)
                ? error with { Field = nameof(NewGrantBody.Bytes) }
                : error)]));
    }

    /// <summary>The ledger keeps keys for ever: whatever breaks, money is not given twice under one.</summary>
    private static string? KeyOf(HttpContext context) =>
        context.Request.Headers[IdempotentRequests.Header].ToString() is { Length: > 0 } key
            ? $"api/{BearerHandler.HolderOf(context).TokenId}/"
                + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))
            : null;
}
