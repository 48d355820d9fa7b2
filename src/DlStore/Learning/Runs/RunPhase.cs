namespace DlStore.Learning.Runs;

/// <summary>How far a part of a run is.</summary>
public enum PhaseState
{
    /// <summary>It has not begun.</summary>
    Waiting,

    /// <summary>It is under way.</summary>
    Now,

    /// <summary>It has ended.</summary>
    Over,
}

/// <summary>A part of a run: sending, training, test, and bringing home what came of it.</summary>
/// <param name="Name"><c>send</c>, <c>train</c>, <c>test</c> or <c>collect</c>.</param>
/// <param name="State">How far it is.</param>
/// <param name="Seconds">How long it has taken, by the host's clock; 0 if it has not begun, and for sending.</param>
public sealed record RunPhase(string Name, PhaseState State, long Seconds)
{
    /// <summary>Lines the parts of a run up, by what its host shows.</summary>
    /// <param name="evidence">What the host shows.</param>
    /// <param name="hasTest">Whether the attempt has a test.</param>
    /// <returns>The parts in order; empty for a run that is not there or that ended without a word.</returns>
    public static IReadOnlyList<RunPhase> LineUp(RunEvidence evidence, bool hasTest)
    {
        if (!evidence.Exists || (evidence.Start > 0 && !evidence.Alive && !evidence.HasEnded))
        {
            return [];
        }

        List<RunPhase> phases = [new("send", evidence.Ready ? PhaseState.Over : PhaseState.Now, 0)];
        foreach (string name in hasTest ? (string[])["train", "test"] : ["train"])
        {
            phases.Add(Of(evidence, name));
        }

        return [.. phases, new("collect", evidence.HasEnded ? PhaseState.Now : PhaseState.Waiting, 0)];
    }

    private static RunPhase Of(RunEvidence evidence, string name)
    {
        for (int i = 0; i < evidence.Phases.Count; i++)
        {
            (string began, long at) = evidence.Phases[i];
            if (began == name)
            {
                bool isLast = i == evidence.Phases.Count - 1;
                long until = !isLast ? evidence.Phases[i + 1].Value : evidence.HasEnded ? evidence.End : evidence.Now;
                return new RunPhase(name, isLast && !evidence.HasEnded ? PhaseState.Now : PhaseState.Over, Math.Max(0, until - at));
            }
        }

        return new RunPhase(name, PhaseState.Waiting, 0);
    }
}
