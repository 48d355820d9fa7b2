namespace DlStore.Data.Recipes;

/// <summary>How it was seen whether a recipe's program wrote outside of its private copy.</summary>
public enum RecipeWatch
{
    /// <summary>It had a file system of its own: every file that it wrote outside was seen, and none of them reached the disk.</summary>
    OwnFileSystem,

    /// <summary>The system allows no such thing; the places where it was most likely to write were compared before and after.</summary>
    Compared,
}
