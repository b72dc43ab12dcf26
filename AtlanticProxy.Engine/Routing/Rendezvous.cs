namespace AtlanticProxy.Engine.Routing;

/// <summary>
/// Weighted rendezvous hashing (Thaler and Ravishankar, 1998): everybody who knows a seed and the candidates ranks them in the
/// same order, and a candidate that leaves moves only those seeds that ranked it first.
/// </summary>
internal static class Rendezvous
{
    /// <summary>The score of a candidate: the highest wins, with probability weight / sum of weights.</summary>
    public static double Score(ulong seed, ulong candidate, int weight)
    {
        double uniform = ((Mix(seed, candidate) >> 11) + 0.5) / (1UL << 53);
        return -weight / Math.Log(uniform);
    }

    /// <summary>64 well mixed bits of a seed and a candidate: the finaliser of splitmix64 (Steele, Lea, Flood 2014).</summary>
    public static ulong Mix(ulong seed, ulong candidate)
    {
        ulong mixed = seed ^ (candidate * 0x9E3779B97F4A7C15UL);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return mixed ^ (mixed >> 31);
    }
}
