using System.CommandLine;
using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>invoice</c>, <c>payment</c>, <c>refund</c>: what was sold and paid.</summary>
internal static class MoneyVerbs
{
    public static Command Invoices(CommonOptions common) => new("invoice", "Invoices and credit notes")
    {
        new InvoiceList(common), new InvoiceCredit(common), new InvoiceSave(common), new InvoiceExportVerb(common),
    };

    public static Command Payments(CommonOptions common) => new("payment", "What customers have paid")
    {
        new PaymentList(common), new PaymentShow(common), new TransferBook(common),
    };

    private static JsonObject View(InvoiceSummary invoice) => Terminal.View(invoice,
        ("net", Text(invoice.Net, invoice.Currency)), ("tax", Text(invoice.Tax, invoice.Currency)),
        ("total", Text(invoice.Total, invoice.Currency)), ("credited", Text(invoice.Credited, invoice.Currency)),
        ("due", Text(invoice.Due, invoice.Currency)), ("prepaid", Text(invoice.Prepaid, invoice.Currency)));

    private static JsonObject View(PaymentView payment) => Terminal.View(payment,
        ("amount", Text(payment.Amount, payment.Currency)), ("received", Text(payment.Received, payment.Currency)),
        ("refunded", Text(payment.Refunded, payment.Currency)), ("money", null));

    private static string Text(long amount, string currency) => new Money(amount, currency).Amount;

    private static string Shown(long amount, string currency) => new Money(amount, currency).ToString();

    /// <summary><c>invoice list [--customer EMAIL] [--search TEXT]</c>.</summary>
    private sealed class InvoiceList : DatabaseVerb
    {
        private readonly Option<string?> _customer = new("--customer") { HelpName = "EMAIL", Description = "Of one customer" };
        private readonly Option<string?> _search = new("--search") { HelpName = "TEXT",
            Description = "A part of the number, or of who bought" };

        public InvoiceList(CommonOptions common) : base(common, "list", "List invoices, the newest first") =>
            AddAll(_customer, _search);

        protected override async Task<int> RunAsync(Call call)
        {
            long? customer = null;
            if (call.Value(_customer) is { } email)
            {
                var found = await call.Get<CustomerQueries>().FindByEmailAsync(email, call.Cancel);
                if (!found.IsSuccess)
                    return call.Terminal.Fail(found);
                customer = found.Value.Id;
            }
            var page = await call.Get<InvoiceQueries>().ListAsync(Scope.Staff, new InvoiceFilter(CustomerId: customer),
                new PageRequest(size: PageRequest.MaxSize, search: call.Value(_search)), call.Cancel);
            return call.Terminal.List(page.Items, View, ("ID", i => Views.Id(i.Id)), ("NUMBER", i => i.Number ?? "(draft)"),
                ("DATE", i => Views.Day(i.IssuedAt ?? i.CreatedAt)), ("CUSTOMER", i => i.BuyerName),
                ("TOTAL", i => Shown(i.Total, i.Currency)), ("DUE", i => Shown(i.Due, i.Currency)),
                ("STATE", i => Spelling.Of(i.State)));
        }
    }

    /// <summary><c>invoice credit ID [--amount A]</c>.</summary>
    private sealed class InvoiceCredit : DatabaseVerb
    {
        private readonly Argument<long> _id = Values.IdArgument("As invoice list shows it");
        private readonly Option<decimal?> _amount = Values.Amount("--amount", "With tax; all that is left if left out");

        public InvoiceCredit(CommonOptions common) : base(common, "credit",
            "Credit an invoice, in full or in part; what was paid goes to the wallet") => AddAll(_id, _amount);

        protected override async Task<int> RunAsync(Call call)
        {
            var invoice = await call.Get<InvoiceQueries>().FindAsync(Scope.Staff, call.Value(_id), call.Cancel);
            if (!invoice.IsSuccess)
                return call.Terminal.Fail(invoice);
            long? amount = null;
            if (call.Value(_amount) is { } given)
            {
                var money = Money.Of(given, invoice.Value.Summary.Currency);
                if (!money.IsSuccess)
                    return call.Terminal.Fail(money);
                amount = money.Value.MinorUnits;
            }
            return await call.DoneAsync(call.Get<CreateCreditNote>().ExecuteAsync(new(call.Value(_id), amount), call.Cancel),
                View, note => [$"Credit note {note.Number}: {Shown(note.Total, note.Currency)}"]);
        }
    }

    /// <summary><c>invoice save ID --to FILE</c>.</summary>
    private sealed class InvoiceSave : DatabaseVerb
    {
        private readonly Argument<long> _id = Values.IdArgument("As invoice list shows it");
        private readonly Option<string> _to = new("--to") { HelpName = "FILE", Required = true, Description =
            "The PDF to write" };

        public InvoiceSave(CommonOptions common) : base(common, "save", "Save an invoice as PDF") => AddAll(_id, _to);

        protected override async Task<int> RunAsync(Call call)
        {
            var paper = await call.Get<InvoicePapers>().PdfAsync(Scope.Staff, call.Value(_id), call.Cancel);
            if (!paper.IsSuccess)
                return call.Terminal.Fail(paper);
            string file = Path.GetFullPath(call.Value(_to)!);
            await File.WriteAllBytesAsync(file, paper.Value.Pdf, call.Cancel);
            return call.Terminal.Done(new { file }, $"Wrote {file}");
        }
    }

    /// <summary><c>invoice export --since D --until D --to FILE</c>.</summary>
    private sealed class InvoiceExportVerb : DatabaseVerb
    {
        private readonly Option<DateOnly?> _since = Values.Day("--since", "First day (UTC)");
        private readonly Option<DateOnly?> _until = Values.Day("--until", "Last day (UTC)");
        private readonly Option<string> _to = new("--to") { HelpName = "FILE", Required = true,
            Description = "The ZIP to write: a table and all papers" };

        public InvoiceExportVerb(CommonOptions common) : base(common, "export", "Save a period's papers for the accountant")
        {
            (_since.Required, _until.Required) = (true, true);
            AddAll(_since, _until, _to);
        }

        protected override async Task<int> RunAsync(Call call)
        {
            string file = Path.GetFullPath(call.Value(_to)!);
            await using (var stream = File.Create(file))
                await call.Get<InvoiceExport>().WriteAsync(stream, call.Value(_since)!.Value, call.Value(_until)!.Value,
                    call.Cancel);
            return call.Terminal.Done(new { file }, $"Wrote {file}");
        }
    }

    /// <summary><c>payment list [--search REFERENCE]</c>.</summary>
    private sealed class PaymentList : DatabaseVerb
    {
        private readonly Option<string?> _search = new("--search") { HelpName = "TEXT", Description = "A part of the reference" };

        public PaymentList(CommonOptions common) : base(common, "list", "List payments, the newest first") => Add(_search);

        protected override async Task<int> RunAsync(Call call)
        {
            var page = await call.Get<PaymentQueries>().ListAsync(Scope.Staff, new PaymentFilter(),
                new PageRequest(size: PageRequest.MaxSize, search: call.Value(_search)), call.Cancel);
            return call.Terminal.List(page.Items, View, ("REFERENCE", p => p.Reference), ("GATEWAY", p => p.Gateway),
                ("AMOUNT", p => p.Money.ToString()), ("STATE", p => Spelling.Of(p.State)), ("FOR", p => p.PurposeKind),
                ("SINCE", p => Views.Minute(p.CreatedAt)));
        }
    }

    /// <summary><c>payment show REFERENCE</c>.</summary>
    private sealed class PaymentShow : DatabaseVerb
    {
        private readonly Argument<string> _reference = new("REFERENCE") { Description = "Ours, as payment list shows it" };

        public PaymentShow(CommonOptions common) : base(common, "show", "Show a payment with its refunds and disputes") =>
            Add(_reference);

        protected override Task<int> RunAsync(Call call) => call.DoneAsync(
            call.Get<PaymentQueries>().FindAsync(Scope.Staff, call.Value(_reference), call.Cancel),
            details => Terminal.View(details, ("payment", View(details.Payment))),
            details =>
            [
                $"Reference:  {details.Payment.Reference}", $"Gateway:    {details.Payment.Gateway}",
                $"Amount:     {details.Payment.Money}", $"State:      {Spelling.Of(details.Payment.State)}",
                $"Received:   {Shown(details.Payment.Received, details.Payment.Currency)}",
                $"Refunded:   {Shown(details.Payment.Refunded, details.Payment.Currency)}",
                $"For:        {details.Payment.PurposeKind} {details.Payment.PurposeKey}",
                $"Sent:       {details.Attempts} times", $"Answer:     {details.LastAnswer}",
            ]);
    }

    /// <summary><c>payment transfer GATEWAY --key K --amount A --currency C --text T [--payer P]</c>.</summary>
    private sealed class TransferBook : SubjectVerb<GatewaySummary>
    {
        private readonly Option<string> _key;
        private readonly Option<decimal?> _amount;
        private readonly Option<string> _currency;
        private readonly Option<string> _text;
        private readonly Option<string?> _payer;

        public TransferBook(CommonOptions common) : this(common,
            new("--key") { HelpName = "KEY", Required = true,
                Description = "What the line of the bank's statement is known by: the same line is booked once" },
            Values.Amount("--amount", "What came"),
            new("--currency") { HelpName = "CODE", Required = true, Description = "ISO 4217" },
            new("--text") { HelpName = "TEXT", Required = true, Description =
                "What the payer wrote: the reference is looked for in it" },
            new("--payer") { HelpName = "NAME", Description = "Who paid" }) { }

        private TransferBook(CommonOptions common, Option<string> key, Option<decimal?> amount, Option<string> currency,
            Option<string> text, Option<string?> payer)
            : base(common, "transfer",
                "Record a line of a bank statement: it pays the payment with that reference, or stays unallocated",
                GatewayVerbs.Subject(), key, amount, currency, text, payer)
        {
            (_key, _amount, _currency, _text, _payer) = (key, amount, currency, text, payer);
            amount.Required = true;
        }

        protected override async Task<int> RunAsync(Call call, GatewaySummary gateway)
        {
            var money = Money.Of(call.Value(_amount)!.Value, call.Value(_currency)!);
            if (!money.IsSuccess)
                return call.Terminal.Fail(money);
            return await call.DoneAsync(call.Get<ConfirmTransfer>().ExecuteAsync(new(gateway.Id, call.Value(_key)!,
                call.Value(_text)!, money.Value.MinorUnits, money.Value.Currency, call.Value(_payer) ?? ""), call.Cancel),
                booked => booked, booked => [booked.Replayed ? "This line was booked before"
                    : booked.Reference is { } reference ? $"Booked {money.Value} for {reference}"
                    : $"Booked {money.Value}: it fits nothing, and is unallocated"]);
        }
    }

    /// <summary><c>refund REFERENCE AMOUNT [--to method|wallet] [--reason TEXT]</c>.</summary>
    internal sealed class RefundVerb : DatabaseVerb
    {
        private readonly Argument<string> _reference = new("REFERENCE") { Description =
            "Of the payment, as payment list shows it" };
        private readonly Argument<decimal> _amount = Values.AmountArgument("At most what was paid and not yet refunded");
        private readonly Option<RefundTarget?> _to = Values.Choice<RefundTarget>("--to", "Where to; method if left out");
        private readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Shown to the customer" };

        public RefundVerb(CommonOptions common)
            : base(common, "refund", "Give money of a payment back; what it bought is taken back") =>
            AddAll(_reference, _amount, _to, _reason);

        protected override async Task<int> RunAsync(Call call)
        {
            var payment = await call.Get<PaymentQueries>().FindAsync(Scope.Staff, call.Value(_reference), call.Cancel);
            if (!payment.IsSuccess)
                return call.Terminal.Fail(payment);
            var money = Money.Of(call.Value(_amount), payment.Value.Payment.Currency);
            if (!money.IsSuccess)
                return call.Terminal.Fail(money);
            return await call.DoneAsync(call.Get<RefundPayment>().ExecuteAsync(new(call.Value(_reference),
                money.Value.MinorUnits, call.Value(_reason) ?? "", call.Value(_to) ?? RefundTarget.Method), call.Cancel),
                state => new { reference = call.Value(_reference), amount = money.Value.Amount, money.Value.Currency, state },
                state => [$"Refund of {money.Value}: {Spelling.Of(state)}"]);
        }
    }
}
