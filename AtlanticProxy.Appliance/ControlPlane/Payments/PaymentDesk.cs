using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using AtlanticProxy.ControlPlane.Secrets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>What the commands and jobs of payments share: one of each in a scope, made when it is first needed.</summary>
public sealed class PaymentDesk
{
    private readonly Lazy<PaymentBook> _book;

    public PaymentDesk(
        AtlanticDb db, SecretBox box, IHttpClientFactory clients, TimeProvider time, IServiceProvider services,
        ILoggerFactory loggers)
    {
        Directory = new(db, box, clients, time);
        Events = new(db, time);
        Postings = new(db, time);
        Methods = new(db, box, time);
        Unallocated = new(db, Postings, Events, time, loggers.CreateLogger<UnallocatedBook>());
        // Purposes may themselves want to charge something: they are made when the first payment changes.
        _book = new(() => new(db, Postings, Events, Methods, Unallocated, [.. services.GetServices<IPaymentPurpose>()], time));
    }

    internal GatewayDirectory Directory { get; }
    internal PaymentEvents Events { get; }
    internal PaymentPostings Postings { get; }
    internal MethodBook Methods { get; }
    internal UnallocatedBook Unallocated { get; }
    internal PaymentBook Book => _book.Value;
}
