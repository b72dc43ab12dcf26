using System.Globalization;
using System.Runtime.CompilerServices;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Quantities;

namespace AtlanticProxy.ControlPlane.Ledger;

/// <summary>Something on which the books and what they are about do not agree.</summary>
/// <param name="What">A sentence for people: what differs, by how much, and whose it is.</param>
public sealed record BookDifference(string What);

/// <summary>A rule that the books keep: a query for what breaks it, and the sentence that says so.</summary>
/// <param name="Query">Answers a <see cref="Breach"/> for each thing that breaks the rule.</param>
/// <param name="Sentence"><c>{0}</c> is what it is about, <c>{1}</c> whose it is, <c>{2}</c> what is said of it, <c>{3}</c> what
/// was found, and <c>{4}</c> how far these are apart.</param>
internal sealed record BookProof(string Query, string Sentence)
{
    /// <inheritdoc cref="VerifyBalances.MaxDifferences"/>
    private const int MaxDifferences = VerifyBalances.MaxDifferences;

    /// <summary>Something that breaks a rule.</summary>
    /// <param name="Customer">Null where it is no customer's.</param>
    /// <param name="Unit">Of both amounts: a currency (minor units), <c>bytes</c>, <c>minutes</c>; null of plain numbers.</param>
    internal sealed record Breach(string Subject, string? Customer, long Said, long Found, string? Unit)
    {
        public string Spoken(long amount) => Unit switch
        {
            null => amount.ToString(CultureInfo.InvariantCulture),
            "bytes" => new DataSize(amount).ToString(),
            "minutes" => $"{Figures.Text(amount)} minutes",
            _ => new Money(amount, Unit).ToString(),
        };
    }

    /// <summary>Looks at all rules as of one instant. Empty when all is well.</summary>
    public static async Task<IReadOnlyList<BookDifference>> CheckAsync(
        AtlanticDb db, IReadOnlyList<BookProof> proofs, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        await db.ExecuteSqlAsync($"set transaction isolation level repeatable read, read only", cancellation);
        var found = new List<BookDifference>();
        foreach (var proof in proofs)
        {
            var query = FormattableStringFactory.Create(
                $"select * from ({proof.Query}) breaches order by subject, customer limit {MaxDifferences}");
            found.AddRange((await db.QueryAsync<Breach>(query, cancellation)).Select(proof.Say));
        }
        return found;
    }

    private BookDifference Say(Breach breach) => new(string.Format(CultureInfo.InvariantCulture, Sentence, breach.Subject,
        breach.Customer, breach.Spoken(breach.Said), breach.Spoken(breach.Found),
        breach.Spoken(Math.Abs(breach.Said - breach.Found))));
}
