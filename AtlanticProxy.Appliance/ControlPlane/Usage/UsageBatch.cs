using AtlanticProxy.Engine.Usage;

namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>
/// Increments that are counted together, once. Node and sequence are its identity: whoever sends it again after an unknown outcome sends
/// the same rows under the same identity.
/// </summary>
/// <param name="Node">Who counted; unique to one run of one node.</param>
/// <param name="Sequence">From 1, without gaps.</param>
internal sealed record UsageBatch(string Node, long Sequence, IReadOnlyList<UsageDelta> Rows);
