using System.Collections.Immutable;
using AtlanticProxy.Engine.Diagnostics;

namespace AtlanticProxy.Engine.Routing;

/// <summary>Ways to an exit in the order in which they are tried.</summary>
/// <param name="Refusal">Why there is none, when there is none.</param>
internal readonly record struct Route(ImmutableArray<Candidate> Candidates, Refusal Refusal)
{
    public bool IsEmpty => Candidates.IsEmpty;

    public static implicit operator Route(ImmutableArray<Candidate> candidates) => new(candidates, default);

    public static Route None(ConnectionOutcome outcome, string why) => None(new Refusal(outcome, why));

    public static Route None(Refusal refusal) => new([], refusal);

    /// <summary>What is left when a provider failed after it was dialled.</summary>
    public Route Without(long providerId) =>
        this with { Candidates = Candidates.RemoveAll(candidate => candidate.Provider.Id == providerId) };
}
