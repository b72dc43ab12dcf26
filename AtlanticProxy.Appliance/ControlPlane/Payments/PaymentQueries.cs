using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>Which payments to list; null is any.</summary>
/// <param name="PurposeKeyStart">What the key of the purpose begins with.</param>
public sealed record PaymentFilter(
    long? CustomerId = null, PaymentState? State = null, long? GatewayId = null, string? PurposeKind = null,
    string? PurposeKeyStart = null);

/// <summary>A refund, as pages show one. Amount in minor units.</summary>
public sealed record RefundView(
    long Id, string Reference, long Amount, RefundTarget Target, RefundState State, string Reason, string ActionUrl,
    DateTimeOffset CreatedAt, DateTimeOffset? SettledAt);

/// <summary>A dispute, as pages show one. Amount in minor units.</summary>
public sealed record DisputeView(
    long Id, string GatewayDisputeId, long Amount, string Currency, DisputeState State, string Reason, DateTimeOffset? DueAt,
    DateTimeOffset OpenedAt, DateTimeOffset? DecidedAt);

/// <summary>One payment with all that belongs to it.</summary>
/// <param name="GatewayPaymentId">The gateway's own id; null until it has told.</param>
/// <param name="LastAnswer">What the gateway said last, as it said it; empty for customers.</param>
public sealed record PaymentDetails(
    PaymentView Payment, IReadOnlyList<RefundView> Refunds, IReadOnlyList<DisputeView> Disputes, long Fee, int Attempts,
    string? GatewayPaymentId, string LastAnswer);

/// <summary>Money that fits nothing, as pages show it. Amount in minor units.</summary>
public sealed record UnallocatedView(
    long Id, string Gateway, string ReceiptKey, string Reference, long? CustomerId, long Amount, string Currency, string Why,
    string Payer, UnallocatedState State, string Note, DateTimeOffset ReceivedAt, DateTimeOffset? ResolvedAt);

/// <summary>A difference, as pages show it.</summary>
public sealed record DifferenceView(
    long Id, string Gateway, DifferenceKind Kind, string Reference, string Ours, string Theirs, DateTimeOffset FoundAt,
    DateTimeOffset LastSeenAt);

/// <summary>A delivery of a gateway, as pages show it.</summary>
public sealed record DeliveryView(
    long Id, string Gateway, string EventType, string ApiVersion, DeliveryState State, int Attempts, string Note,
    DateTimeOffset ReceivedAt, DateTimeOffset? HandledAt);

/// <summary>Reads payments and what belongs to them.</summary>
public sealed class PaymentQueries(AtlanticDb db)
{
    internal static readonly Error NoSuchGateway = new(ErrorKind.NotFound, "gateway.not_found", "There is no such gateway.");
    internal static readonly Error NoSuchPayment = new(ErrorKind.NotFound, "payment.not_found", "There is no such payment.");
    internal static readonly Error NoSuchMethod = new(ErrorKind.NotFound, "payment_method.not_found",
        "There is no such payment method.");

    /// <summary>All gateways by name: a reseller has a handful, so there are no pages.</summary>
    public async Task<IReadOnlyList<GatewaySummary>> GatewaysAsync(CancellationToken cancellation) =>
        [.. (await db.Gateways.OrderBy(gateway => gateway.Name).ToListAsync(cancellation)).Select(Summary)];

    /// <param name="name">As customers see it, in any case.</param>
    public async Task<Result<GatewaySummary>> FindGatewayAsync(string name, CancellationToken cancellation) =>
        (await GatewaysAsync(cancellation)).FirstOrDefault(gateway =>
            gateway.Name.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase)) is { } found
            ? found
            : NoSuchGateway with { Words = $"There is no gateway '{name}'." };

    /// <summary>The newest first; the search looks for a part of a reference, or of the customer's email.</summary>
    public async Task<Page<PaymentView>> ListAsync(
        Scope scope, PaymentFilter filter, PageRequest page, CancellationToken cancellation)
    {
        var payments = db.Payments.VisibleTo(scope);
        if (filter.CustomerId is { } customer)
            payments = payments.Where(payment => payment.CustomerId == customer);
        if (filter.State is { } state)
            payments = payments.Where(payment => payment.State == state);
        if (filter.GatewayId is { } gateway)
            payments = payments.Where(payment => payment.GatewayId == gateway);
        if (filter.PurposeKind is { } kind)
            payments = payments.Where(payment => payment.PurposeKind == kind);
        if (filter.PurposeKeyStart is { } key)
            payments = payments.Where(payment => payment.PurposeKey.StartsWith(key));
        if (page.Search is not null)
            payments = payments.Where(payment => payment.Reference.ILike(page.SearchPattern)
                || db.AllCustomers.Any(customer => customer.Id == payment.CustomerId
                    && customer.Email.ILike(page.SearchPattern)));
        int total = await payments.CountAsync(cancellation);
        var rows = await payments.OrderByDescending(payment => payment.Id).Skip(page.Offset).Take(page.Size)
            .ToListAsync(cancellation);
        var gateways = await db.AllGateways.ToDictionaryAsync(row => row.Id, cancellation);
        return new Page<PaymentView>(
            [.. rows.Select(row => PaymentView.Of(row, gateways[row.GatewayId]))], page.Number, page.Size, total);
    }

    public async Task<Result<PaymentDetails>> FindAsync(Scope scope, string reference, CancellationToken cancellation)
    {
        var payment = await db.Payments.VisibleTo(scope).SingleOrDefaultAsync(row => row.Reference == reference, cancellation);
        if (payment is null)
            return NoSuchPayment;
        var gateway = await db.AllGateways.SingleAsync(row => row.Id == payment.GatewayId, cancellation);
        var refunds = await db.Refunds.Where(refund => refund.PaymentId == payment.Id).OrderBy(refund => refund.Id)
            .Select(refund => new RefundView(refund.Id, refund.Reference, refund.Amount, refund.Target, refund.State,
                refund.Reason, refund.ActionUrl, refund.CreatedAt, refund.SettledAt)).ToListAsync(cancellation);
        var disputes = await db.Disputes.Where(dispute => dispute.PaymentId == payment.Id).OrderBy(dispute => dispute.Id)
            .Select(dispute => new DisputeView(dispute.Id, dispute.GatewayDisputeId, dispute.Amount, dispute.Currency,
                dispute.State, dispute.Reason, dispute.DueAt, dispute.OpenedAt, dispute.DecidedAt)).ToListAsync(cancellation);
        return new PaymentDetails(PaymentView.Of(payment, gateway), refunds, disputes, payment.Fee, payment.Attempts,
            payment.GatewayPaymentId, scope.CustomerId is null ? payment.LastAnswer : "");
    }

    /// <summary>A customer's saved methods, the default one first.</summary>
    public async Task<IReadOnlyList<SavedMethod>> MethodsAsync(Scope scope, long customerId, CancellationToken cancellation) =>
        await db.PaymentMethods
            .Where(method => method.CustomerId == customerId && (scope.CustomerId == null || scope.CustomerId == customerId))
            .OrderByDescending(method => method.IsDefault).ThenBy(method => method.Id)
            .Select(method => new SavedMethod(method.Id,
                db.AllGateways.Where(gateway => gateway.Id == method.GatewayId).Select(gateway => gateway.Name).Single(),
                method.Brand, method.Last4, method.ExpiryMonth, method.ExpiryYear, method.IsDefault)).ToListAsync(cancellation);

    /// <summary>When a customer's wallet fills itself; null when it never was to, or is not in scope.</summary>
    public async Task<AutoTopUpView?> AutoTopUpAsync(Scope scope, long customerId, CancellationToken cancellation) =>
        await db.AutoTopUps
            .Where(row => row.CustomerId == customerId && (scope.CustomerId == null || scope.CustomerId == customerId))
            .Select(row => new AutoTopUpView(row.Threshold, row.Amount, row.Currency, row.DailyLimit, row.MonthlyLimit,
                row.Enabled, row.Failures)).SingleOrDefaultAsync(cancellation);

    /// <summary>What staff have to place first, then the rest; the newest first.</summary>
    public async Task<IReadOnlyList<UnallocatedView>> UnallocatedAsync(
        CancellationToken cancellation, int most = PageRequest.MaxSize) =>
        await Views(db.UnallocatedMoney.OrderByDescending(money => money.State == UnallocatedState.Open)
            .ThenByDescending(money => money.Id).Take(most)).ToListAsync(cancellation);

    public async Task<Result<UnallocatedView>> FindUnallocatedAsync(long id, CancellationToken cancellation) =>
        await Views(db.UnallocatedMoney.Where(money => money.Id == id)).SingleOrDefaultAsync(cancellation) is { } found
            ? found
            : AllocateMoney.NoSuchMoney;

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<DifferenceView>> DifferencesAsync(
        CancellationToken cancellation, int most = PageRequest.MaxSize) =>
        await db.GatewayDifferences.OrderByDescending(difference => difference.LastSeenAt).ThenByDescending(each => each.Id)
            .Take(most)
            .Select(each => new DifferenceView(each.Id,
                db.AllGateways.Where(gateway => gateway.Id == each.GatewayId).Select(gateway => gateway.Name).Single(), each.Kind,
                each.Reference, each.Ours, each.Theirs, each.FoundAt, each.LastSeenAt)).ToListAsync(cancellation);

    /// <summary>The newest first; the search looks for a part of the event, or of what came of it.</summary>
    /// <param name="state">Null is what could not be handled: parked or failed.</param>
    public async Task<Page<DeliveryView>> DeliveriesAsync(
        DeliveryState? state, PageRequest page, CancellationToken cancellation)
    {
        var rows = db.WebhookInbox.Where(each => state == null
            ? each.State == DeliveryState.Parked || each.State == DeliveryState.Failed
            : each.State == state);
        if (page.Search is not null)
            rows = rows.Where(each => each.EventType.ILike(page.SearchPattern) || each.Note.ILike(page.SearchPattern));
        var items = await rows.OrderByDescending(each => each.Id).Skip(page.Offset).Take(page.Size)
            .Select(each => new DeliveryView(each.Id,
                db.AllGateways.Where(gateway => gateway.Id == each.GatewayId).Select(gateway => gateway.Name).Single(),
                each.EventType, each.ApiVersion, each.State, each.Attempts, each.Note, each.ReceivedAt, each.HandledAt))
            .ToListAsync(cancellation);
        return new Page<DeliveryView>(items, page.Number, page.Size, await rows.CountAsync(cancellation));
    }

    private IQueryable<UnallocatedView> Views(IQueryable<UnallocatedMoney> rows) => rows.Select(money => new UnallocatedView(
        money.Id, db.AllGateways.Where(gateway => gateway.Id == money.GatewayId).Select(gateway => gateway.Name).Single(),
        money.ReceiptKey, money.Reference, money.CustomerId, money.Amount, money.Currency, money.Why, money.Payer,
        money.State, money.Note, money.ReceivedAt, money.ResolvedAt));

    internal static GatewaySummary Summary(Gateway gateway) => new(gateway.Id, gateway.Kind, gateway.Name, gateway.Currencies,
        gateway.BaseUrl, gateway.Store, gateway.Instructions, gateway.SecretsSealed is not null, gateway.Enabled);
}

internal static class PaymentScope
{
    /// <summary>Only what the scope may see.</summary>
    public static IQueryable<Payment> VisibleTo(this IQueryable<Payment> payments, Scope scope) =>
        scope.CustomerId is { } only ? payments.Where(payment => payment.CustomerId == only) : payments;
}
