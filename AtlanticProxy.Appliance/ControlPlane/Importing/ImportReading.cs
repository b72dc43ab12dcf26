using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Importing;

/// <summary>
/// Makes customers of lines, and says what is wrong with lines in themselves; what the database knows is not asked. A customer is
/// imported with all its lines or not at all, so each line is of a customer or refused.
/// </summary>
internal sealed class ImportReading
{
    private readonly IReadOnlyList<ImportField> _fields;
    private readonly Dictionary<int, ImportRefusal> _refusals = [];
    private readonly List<ImportedCustomer> _customers = [];

    private ImportReading(IReadOnlyList<ImportField> fields) => _fields = fields;

    public IReadOnlyList<ImportedCustomer> Customers => _customers;

    /// <summary>One a line, in the order of lines.</summary>
    public IReadOnlyList<ImportRefusal> Refusals => [.. _refusals.Values.OrderBy(refusal => refusal.Line)];

    public static ImportReading Of(ImportTable table, IReadOnlyList<ImportField> fields)
    {
        var reading = new ImportReading(fields);
        reading.RefuseDuplicates(table.Records);
        foreach (var lines in table.Records.GroupBy(record => reading.EmailOf(record) ?? $"\n{record.Line}"))
            reading.Add([.. lines]);
        return reading;
    }

    /// <summary>
    /// What refuses a customer, a line each: the lines that are wrong, and the others, which cannot be imported without them.
    /// </summary>
    public static IReadOnlyList<ImportRefusal> WithSiblings(
        string email, IEnumerable<int> lines, IReadOnlyCollection<ImportRefusal> wrong)
    {
        int first = wrong.Min(refusal => refusal.Line);
        return
        [
            .. wrong.DistinctBy(refusal => refusal.Line),
            .. lines.Where(line => wrong.All(refusal => refusal.Line != line)).Select(line => new ImportRefusal(line, email, "",
                $"Line {first} of the same customer is refused: a customer is imported with all its lines or not at all.")),
        ];
    }

    /// <summary>Null where it is no address.</summary>
    private string? EmailOf(ImportRecord record) => EmailAddress.Normalise(Cell(record, ImportField.Email));

    private string Cell(ImportRecord record, ImportField field)
    {
        for (int column = 0; column < _fields.Count; column++)
            if (_fields[column] == field)
                return record.Cells[column].Trim();
        return "";
    }

    private void Refuse(ImportRecord record, ImportField field, string reason) => _refusals.TryAdd(record.Line,
        new ImportRefusal(record.Line, Cell(record, ImportField.Email), ImportMapping.NameOf(field), reason));

    /// <summary>Proxy users' names are unique over the whole service; a customer without one needs one line.</summary>
    private void RefuseDuplicates(IEnumerable<ImportRecord> records)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            string name = Cell(record, ImportField.ProxyUser);
            string key = name.Length > 0 ? name : $"\n{EmailOf(record)}";
            if (seen.TryAdd(key, record.Line))
                continue;
            if (name.Length > 0)
                Refuse(record, ImportField.ProxyUser, $"Line {seen[key]} has this proxy user already: names are unique.");
            else if (EmailOf(record) is not null)
                Refuse(record, ImportField.Email, $"Line {seen[key]} is the same customer: remove one of them.");
        }
    }

    private void Add(IReadOnlyList<ImportRecord> lines)
    {
        if (EmailOf(lines[0]) is not { } email)
        {
            Refuse(lines[0], ImportField.Email, EmailAddress.Rule);
            return;
        }
        var customer = new ImportedCustomer(email, [.. lines.Select(line => line.Line)], One(lines, ImportField.Name),
            One(lines, ImportField.Company), One(lines, ImportField.Country), One(lines, ImportField.Plan), BalanceOf(lines),
            BytesOf(lines), LastDayOf(lines), One(lines, ImportField.Tags).Replace(';', ',').Replace('|', ','),
            [.. lines.Select(ProxyUserOf).OfType<ImportedProxyUser>()]);
        ImportRefusal[] wrong = [.. customer.Lines.Where(_refusals.ContainsKey).Select(line => _refusals[line])];
        if (wrong.Length == 0)
            _customers.Add(customer);
        else
            foreach (var refusal in WithSiblings(email, customer.Lines, wrong))
                _refusals[refusal.Line] = refusal;
    }

    /// <summary>
    /// What all lines of a customer say of it, where they say anything; a line that says something else is refused.
    /// </summary>
    private string One(IReadOnlyList<ImportRecord> lines, ImportField field)
    {
        var said = lines.FirstOrDefault(line => Cell(line, field).Length > 0);
        if (said is null)
            return "";
        string value = Cell(said, field);
        foreach (var other in lines.Where(line => Cell(line, field).Length > 0 && Cell(line, field) != value))
            Refuse(other, field, $"Line {said.Line} of the same customer says something else here: leave one of them empty.");
        return value;
    }

    private Money? BalanceOf(IReadOnlyList<ImportRecord> lines)
    {
        var (amount, currency) = (One(lines, ImportField.Balance), One(lines, ImportField.Currency));
        if (amount.Length == 0)
            return null;
        var line = Saying(lines, ImportField.Balance);
        // Not in the words of Figures, here and below: they quote the cell, which is a password if the wrong column was chosen.
        if (Figures.Number(amount) is not { IsSuccess: true, Value: >= 0 and var number })
        {
            Refuse(line, ImportField.Balance, "A balance is an amount from 0 on, written with a point: 1250.00.");
            return null;
        }
        if (number == 0)
            return null;
        if (Money.FindCurrency(currency) is not { } known)
        {
            Refuse(line, ImportField.Currency, $"A balance needs its currency. {Money.CurrencyRule}");
            return null;
        }
        var balance = Money.Of(number, known);
        if (!balance.IsSuccess)
            Refuse(line, ImportField.Balance, balance.Errors[0].Message);
        return balance.IsSuccess ? balance.Value : null;
    }

    private long? BytesOf(IReadOnlyList<ImportRecord> lines)
    {
        string text = One(lines, ImportField.GbLeft);
        if (text.Length == 0)
            return null;
        var size = DataSize.Parse(text);
        if (!size.IsSuccess)
            Refuse(Saying(lines, ImportField.GbLeft), ImportField.GbLeft,
                "Traffic is a number of GB, written with a point (1.5), or one with its unit (1500 MB).");
        return size.IsSuccess ? size.Value.Bytes : null;
    }

    /// <summary>A time of day, as some panels have it, is left out: its day is good to the end.</summary>
    private DateOnly? LastDayOf(IReadOnlyList<ImportRecord> lines)
    {
        string text = One(lines, ImportField.ValidUntil);
        if (text.Length == 0)
            return null;
        int dayEnds = text.IndexOfAny([' ', 'T']);
        var day = Figures.Day(dayEnds < 0 ? text : text[..dayEnds]);
        if (!day.IsSuccess)
            Refuse(Saying(lines, ImportField.ValidUntil), ImportField.ValidUntil, "Write the last day as 2027-01-31.");
        return day.IsSuccess ? day.Value : null;
    }

    private ImportedProxyUser? ProxyUserOf(ImportRecord record)
    {
        var (name, password) = (Cell(record, ImportField.ProxyUser), Cell(record, ImportField.ProxyPassword));
        if (name.Length == 0 && password.Length > 0)
            Refuse(record, ImportField.ProxyUser, "This password is of no proxy user: give its name.");
        return name.Length == 0 ? null : new ImportedProxyUser(record.Line, name, password.Length > 0 ? password : null);
    }

    private ImportRecord Saying(IReadOnlyList<ImportRecord> lines, ImportField field) =>
        lines.First(line => Cell(line, field).Length > 0);
}
