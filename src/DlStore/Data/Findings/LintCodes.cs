namespace DlStore.Data.Findings;

/// <summary>Every code of lint and of the readers of data sets; docs/lint.md lists them, and a test keeps the two equal.</summary>
public static class LintCodes
{
    /// <summary>Gets LIST_BAD: a list is not UTF-8, or is too large.</summary>
    public static LintCode ListBad { get; } = Error("LIST_BAD", "a list is not UTF-8, or is too large");

    /// <summary>Gets TEXT_BOM: a text begins with a byte-order mark, which some readers take as part of its first word.</summary>
    public static LintCode TextBom { get; } = Warning(
        "TEXT_BOM", "a text begins with a byte-order mark, which some readers take as part of its first word; an error in a list");

    /// <summary>Gets LIST_MISSING: a list is not there.</summary>
    public static LintCode ListMissing { get; } = Warning("LIST_MISSING", "a list is not there");

    /// <summary>Gets LIST_BLANK: a line of a list is blank; readers take it for an image without a name.</summary>
    public static LintCode ListBlank { get; } = Error(
        "LIST_BLANK", "a line of a list is blank; readers take it for an image without a name");

    /// <summary>Gets LIST_PADDED: a line of a list begins or ends with a blank; some readers take it as part of the name.</summary>
    public static LintCode ListPadded { get; } = Error(
        "LIST_PADDED", "a line of a list begins or ends with a blank; some readers take it as part of the name");

    /// <summary>Gets LIST_CRLF: lines of a list end in CR LF; some readers take the CR as part of the name.</summary>
    public static LintCode ListCrLf { get; } = Error(
        "LIST_CRLF", "lines of a list end in CR LF; some readers take the CR as part of the name");

    /// <summary>Gets LIST_NOT_IMAGE: a line of a list names something that is no image.</summary>
    public static LintCode ListNotImage { get; } = Error("LIST_NOT_IMAGE", "a line of a list names something that is no image");

    /// <summary>Gets LIST_DUP: an image stands in a list twice; it counts twice.</summary>
    public static LintCode ListDup { get; } = Error("LIST_DUP", "an image stands in a list twice; it counts twice");

    /// <summary>Gets LIST_UNKNOWN_ID: a line of a list names an image that has neither file nor annotation.</summary>
    public static LintCode ListUnknownId { get; } = Error(
        "LIST_UNKNOWN_ID", "a line of a list names an image that has neither file nor annotation");

    /// <summary>Gets LIST_OUTSIDE: a path is absolute or leads out of the set.</summary>
    public static LintCode ListOutside { get; } = Error("LIST_OUTSIDE", "a path is absolute or leads out of the set");

    /// <summary>Gets IMG_MISSING: an image that is named is not there.</summary>
    public static LintCode ImgMissing { get; } = Error("IMG_MISSING", "an image that is named is not there");

    /// <summary>Gets IMG_NO_XML: an image has no annotation; a warning if it is in no list.</summary>
    public static LintCode ImgNoXml { get; } = Error("IMG_NO_XML", "an image has no annotation; a warning if it is in no list");

    /// <summary>Gets IMG_NO_LABEL: an image has no label file; a warning where the reader takes it for one without objects.</summary>
    public static LintCode ImgNoLabel { get; } = Error(
        "IMG_NO_LABEL", "an image has no label file; a warning where the reader takes it for one without objects");

    /// <summary>Gets IMG_UNLISTED: images are in no list; readers that go by the lists do not see them, others do.</summary>
    public static LintCode ImgUnlisted { get; } = Note(
        "IMG_UNLISTED", "images are in no list; readers that go by the lists do not see them, others do");

    /// <summary>Gets IMG_NOT_JPEG: an image is not a JPEG file, whatever its name says.</summary>
    public static LintCode ImgNotJpeg { get; } = Error("IMG_NOT_JPEG", "an image is not a JPEG file, whatever its name says");

    /// <summary>Gets IMG_EXTENSION: the name of an image does not end in .jpg; readers look for just that.</summary>
    public static LintCode ImgExtension { get; } = Error(
        "IMG_EXTENSION", "the name of an image does not end in .jpg; readers look for just that");

    /// <summary>Gets IMG_TRUNCATED: a JPEG file does not end as one does: it was cut off.</summary>
    public static LintCode ImgTruncated { get; } = Error("IMG_TRUNCATED", "a JPEG file does not end as one does: it was cut off");

    /// <summary>Gets IMG_TRAILING: bytes stand behind the end of a picture, which is whole.</summary>
    public static LintCode ImgTrailing { get; } = Warning("IMG_TRAILING", "bytes stand behind the end of a picture, which is whole");

    /// <summary>Gets IMG_SIZE_ZERO: an image file is empty.</summary>
    public static LintCode ImgSizeZero { get; } = Error("IMG_SIZE_ZERO", "an image file is empty");

    /// <summary>Gets IMG_CMYK: an image is stored in printing inks; readers crash on it or see wrong colours.</summary>
    public static LintCode ImgCmyk { get; } = Error(
        "IMG_CMYK", "an image is stored in printing inks; readers crash on it or see wrong colours");

    /// <summary>Gets IMG_ROTATED: an image has an EXIF orientation; some readers turn it, and its boxes no longer fit.</summary>
    public static LintCode ImgRotated { get; } = Warning(
        "IMG_ROTATED", "an image has an EXIF orientation; some readers turn it, and its boxes no longer fit");

    /// <summary>Gets IMG_GREY: images have one channel; some readers want three.</summary>
    public static LintCode ImgGrey { get; } = Note("IMG_GREY", "images have one channel; some readers want three");

    /// <summary>Gets ID_DUP: two images have the same name without directory and extension.</summary>
    public static LintCode IdDup { get; } = Error("ID_DUP", "two images have the same name without directory and extension");

    /// <summary>Gets FILE_STRANGE: a file or directory does not belong there.</summary>
    public static LintCode FileStrange { get; } = Warning("FILE_STRANGE", "a file or directory does not belong there");

    /// <summary>Gets NAME_NOT_PORTABLE: a file name does not work everywhere; dls exports no such name.</summary>
    public static LintCode NameNotPortable { get; } = Warning(
        "NAME_NOT_PORTABLE", "a file name does not work everywhere; dls exports no such name");

    /// <summary>Gets XML_BAD: an annotation cannot be read.</summary>
    public static LintCode XmlBad { get; } = Error("XML_BAD", "an annotation cannot be read");

    /// <summary>Gets XML_NO_IMAGE: an annotation has no image.</summary>
    public static LintCode XmlNoImage { get; } = Warning("XML_NO_IMAGE", "an annotation has no image");

    /// <summary>Gets XML_SIZE: the size in an annotation is not that of its image.</summary>
    public static LintCode XmlSize { get; } = Error("XML_SIZE", "the size in an annotation is not that of its image");

    /// <summary>Gets XML_DEPTH: the depth in an annotation is not that of its image.</summary>
    public static LintCode XmlDepth { get; } = Warning("XML_DEPTH", "the depth in an annotation is not that of its image");

    /// <summary>Gets XML_FILENAME: an annotation names another image.</summary>
    public static LintCode XmlFileName { get; } = Error("XML_FILENAME", "an annotation names another image");

    /// <summary>Gets XML_FLOAT: a number has a decimal point; readers that take whole numbers crash on it.</summary>
    public static LintCode XmlFloat { get; } = Error(
        "XML_FLOAT", "a number has a decimal point; readers that take whole numbers crash on it");

    /// <summary>Gets XML_NO_FIELD: an object lacks an element that some readers require.</summary>
    public static LintCode XmlNoField { get; } = Warning("XML_NO_FIELD", "an object lacks an element that some readers require");

    /// <summary>Gets LABEL_BAD: a line of a label file cannot be read.</summary>
    public static LintCode LabelBad { get; } = Error("LABEL_BAD", "a line of a label file cannot be read");

    /// <summary>Gets SET_BAD: a file that describes the set cannot be used.</summary>
    public static LintCode SetBad { get; } = Error("SET_BAD", "a file that describes the set cannot be used");

    /// <summary>Gets BOX_OUT: a box leads out of its image.</summary>
    public static LintCode BoxOut { get; } = Error("BOX_OUT", "a box leads out of its image");

    /// <summary>Gets BOX_EMPTY: a box has no extent: xmin &gt;= xmax or ymin &gt;= ymax; training on it gives NaN.</summary>
    public static LintCode BoxEmpty { get; } = Error(
        "BOX_EMPTY", "a box has no extent: xmin >= xmax or ymin >= ymax; training on it gives NaN");

    /// <summary>Gets BOX_TINY: a box is less than 4 pixels wide or high.</summary>
    public static LintCode BoxTiny { get; } = Warning("BOX_TINY", "a box is less than 4 pixels wide or high");

    /// <summary>Gets BOX_DUP: an image has the same box with the same label twice.</summary>
    public static LintCode BoxDup { get; } = Warning("BOX_DUP", "an image has the same box with the same label twice");

    /// <summary>Gets BOX_ROUNDED: a box did not lie on whole pixels and was rounded.</summary>
    public static LintCode BoxRounded { get; } = Warning("BOX_ROUNDED", "a box did not lie on whole pixels and was rounded");

    /// <summary>Gets BOX_CROWD: an annotation of a crowd; it is read as one difficult box.</summary>
    public static LintCode BoxCrowd { get; } = Warning("BOX_CROWD", "an annotation of a crowd; it is read as one difficult box");

    /// <summary>Gets BOX_SHAPE: a shape that is no upright box, such as a polygon or a mask, was read as the box around it.</summary>
    public static LintCode BoxShape { get; } = Note(
        "BOX_SHAPE", "a shape that is no upright box, such as a polygon or a mask, was read as the box around it");

    /// <summary>Gets CLASS_TWICE: two ids have one name; here they are one class.</summary>
    public static LintCode ClassTwice { get; } = Warning("CLASS_TWICE", "two ids have one name; here they are one class");

    /// <summary>Gets CLASS_UNKNOWN: a label is not in the class list.</summary>
    public static LintCode ClassUnknown { get; } = Error("CLASS_UNKNOWN", "a label is not in the class list");

    /// <summary>Gets CLASS_CASE: a label has upper-case letters; the SSD reader turns them into lower case.</summary>
    public static LintCode ClassCase { get; } = Warning(
        "CLASS_CASE", "a label has upper-case letters; the SSD reader turns them into lower case");

    /// <summary>Gets CLASS_NAME: a label cannot name a class.</summary>
    public static LintCode ClassName { get; } = Error("CLASS_NAME", "a label cannot name a class");

    /// <summary>
    /// Gets CLASS_FILE_VS_XML: the label in a file name (before the last _) is not the label of its annotation; readers differ.
    /// </summary>
    public static LintCode ClassFileVsXml { get; } = Warning(
        "CLASS_FILE_VS_XML", "the label in a file name (before the last _) is not the label of its annotation; readers differ");

    /// <summary>Gets NO_OBJECT: an image has no object.</summary>
    public static LintCode NoObject { get; } = Warning("NO_OBJECT", "an image has no object");

    /// <summary>Gets TWIN: images of the set are copies of each other, byte for byte.</summary>
    public static LintCode Twin { get; } = Warning("TWIN", "images of the set are copies of each other, byte for byte");

    /// <summary>Gets TWIN_LABEL_CONFLICT: the same bytes have two labels; no training can get both right.</summary>
    public static LintCode TwinLabelConflict { get; } = Error(
        "TWIN_LABEL_CONFLICT", "the same bytes have two labels; no training can get both right");

    /// <summary>Gets SPLIT_LEAK: the same bytes are on two sides; what is measured there was trained on.</summary>
    public static LintCode SplitLeak { get; } = Error(
        "SPLIT_LEAK", "the same bytes are on two sides; what is measured there was trained on");

    /// <summary>Gets SPLIT_TRAINVAL: trainval is not train and val.</summary>
    public static LintCode SplitTrainVal { get; } = Error("SPLIT_TRAINVAL", "trainval is not train and val");

    /// <summary>Gets SPLIT_OVERLAP: an image is on two sides.</summary>
    public static LintCode SplitOverlap { get; } = Error("SPLIT_OVERLAP", "an image is on two sides");

    /// <summary>Gets SPLIT_EMPTY: nothing to train on, or nothing to look at.</summary>
    public static LintCode SplitEmpty { get; } = Error("SPLIT_EMPTY", "nothing to train on, or nothing to look at");

    /// <summary>Gets SPLIT_EMPTY_CLASS: a class has no box on a side that has images.</summary>
    public static LintCode SplitEmptyClass { get; } = Warning("SPLIT_EMPTY_CLASS", "a class has no box on a side that has images");

    /// <summary>Gets SIZE_RATIO: objects of a class are of a very different size, relative to the image, on two sides.</summary>
    public static LintCode SizeRatio { get; } = Warning(
        "SIZE_RATIO", "objects of a class are of a very different size, relative to the image, on two sides");

    /// <summary>Gets FOR_ITEMS: what a reader makes of the set: the list it opens, how many items, which class ids.</summary>
    public static LintCode ForItems { get; } = Note(
        "FOR_ITEMS", "what a reader makes of the set: the list it opens, how many items, which class ids");

    /// <summary>Gets FOR_CRASH: a reader stops here with an error.</summary>
    public static LintCode ForCrash { get; } = Error("FOR_CRASH", "a reader stops here with an error");

    /// <summary>Gets FOR_DROPPED: a reader passes something over in silence.</summary>
    public static LintCode ForDropped { get; } = Warning("FOR_DROPPED", "a reader passes something over in silence");

    /// <summary>Gets FOR_LISTS: a reader does not go by the lists.</summary>
    public static LintCode ForLists { get; } = Warning("FOR_LISTS", "a reader does not go by the lists");

    /// <summary>Gets FOR_CLASS: a reader takes another label or another id than the class list has.</summary>
    public static LintCode ForClass { get; } = Warning("FOR_CLASS", "a reader takes another label or another id than the class list has");

    /// <summary>Gets PROJECT_BAD: a project cannot be read: its project.yaml, its recipe or a path in it.</summary>
    public static LintCode ProjectBad { get; } = Error(
        "PROJECT_BAD", "a project cannot be read: its project.yaml, its recipe or a path in it");

    /// <summary>Gets MASTER_MISSING: a project has no master, no glyphs and no program, or a master it names is not there.</summary>
    public static LintCode MasterMissing { get; } = Error(
        "MASTER_MISSING", "a project has no master, no glyphs and no program, or a master it names is not there");

    /// <summary>Gets MASTER_NOT_HERE: a master was not pulled, so its pixels were not looked at.</summary>
    public static LintCode MasterNotHere { get; } = Note("MASTER_NOT_HERE", "a master was not pulled, so its pixels were not looked at");

    /// <summary>Gets MASTER_NO_XML: a master has no annotation; its object is taken to fill it.</summary>
    public static LintCode MasterNoXml { get; } = Note("MASTER_NO_XML", "a master has no annotation; its object is taken to fill it");

    /// <summary>Gets BOX_LOOSE: a box sticks out of its master; the rest is cut off.</summary>
    public static LintCode BoxLoose { get; } = Warning("BOX_LOOSE", "a box sticks out of its master; the rest is cut off");

    /// <summary>Gets BOX_TIGHT: the boxes of a master cover less than half of it, though a master is a crop of its object.</summary>
    public static LintCode BoxTight { get; } = Warning(
        "BOX_TIGHT", "the boxes of a master cover less than half of it, though a master is a crop of its object");

    /// <summary>Gets CLASS_CONFLICT: project.yaml and an annotation name different classes.</summary>
    public static LintCode ClassConflict { get; } = Warning("CLASS_CONFLICT", "project.yaml and an annotation name different classes");

    /// <summary>Gets PROGRAM_BAD: the program of a project is missing or cannot be started.</summary>
    public static LintCode ProgramBad { get; } = Error("PROGRAM_BAD", "the program of a project is missing or cannot be started");

    /// <summary>Gets PROGRAM_WAITS: a program waits for somebody at a keyboard; in a build nobody is there.</summary>
    public static LintCode ProgramWaits { get; } = Warning(
        "PROGRAM_WAITS", "a program waits for somebody at a keyboard; in a build nobody is there");

    /// <summary>Gets BUILD_STALE: a build is not what the project makes now.</summary>
    public static LintCode BuildStale { get; } = Note("BUILD_STALE", "a build is not what the project makes now");

    /// <summary>Gets BUILD_STRANGE: a file in build/ belongs to no build, such as an annotation that was left from an older one.</summary>
    public static LintCode BuildStrange { get; } = Warning(
        "BUILD_STRANGE", "a file in build/ belongs to no build, such as an annotation that was left from an older one");

    /// <summary>Gets UNREVIEWED: nobody has looked at a harvested project; data sets leave it out.</summary>
    public static LintCode Unreviewed { get; } = Warning("UNREVIEWED", "nobody has looked at a harvested project; data sets leave it out");

    /// <summary>Gets all of them, sorted by code.</summary>
    public static IReadOnlyList<LintCode> All { get; } =
    [
        .. new[]
        {
            ListBad, TextBom, ListMissing, ListBlank, ListPadded,
                ListCrLf, ListNotImage, ListDup, ListUnknownId, ListOutside, ImgMissing, ImgNoXml, ImgNoLabel, ImgUnlisted, ImgNotJpeg,
            ImgExtension, ImgTruncated, ImgTrailing, ImgSizeZero, ImgCmyk,
                ImgRotated, ImgGrey, IdDup, FileStrange, NameNotPortable, XmlBad, XmlNoImage, XmlSize, XmlDepth, XmlFileName, XmlFloat,
            XmlNoField, LabelBad, SetBad,
                BoxOut, BoxEmpty, BoxTiny, BoxDup, BoxRounded, BoxCrowd, BoxShape, ClassTwice, ClassUnknown, ClassCase, ClassName,
                    ClassFileVsXml, NoObject, Twin,
            TwinLabelConflict, SplitLeak,
                SplitTrainVal, SplitOverlap, SplitEmpty, SplitEmptyClass, SizeRatio, ForItems, ForCrash, ForDropped, ForLists, ForClass,
            ProjectBad, MasterMissing, MasterNotHere,
                MasterNoXml, BoxLoose, BoxTight, ClassConflict, ProgramBad, ProgramWaits, BuildStale, BuildStrange, Unreviewed,
        }.OrderBy(static c => c.Code, StringComparer.Ordinal),
    ];

    private static LintCode Error(string code, string meaning) => new(code, Severity.Error, meaning);

    private static LintCode Warning(string code, string meaning) => new(code, Severity.Warning, meaning);

    private static LintCode Note(string code, string meaning) => new(code, Severity.Note, meaning);
}
